// Hot updates: a page applies the changed modules of a newer build and keeps the state of its components; where that is unsafe, it reloads.
import type { Browser, FrameLocator } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;
let projectId: string;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
});

afterEach(() => {
  visit.complaints.length = 0;
});

afterAll(async () => {
  await visit.close();
  await browser.close();
  await testStack.close();
});

const write = (files: Record<string, string>) => {
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  return caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
};

/** Opens a project of these files and marks its page, so that a replaced page is told from one that stays. */
async function openApp(name: string, files: Record<string, string>): Promise<FrameLocator> {
  projectId = await newProject(caller, name);
  await write(files);
  await visit.page.goto(`/projects/${projectId}`);
  const app = workspaceOf(visit.page).app();
  await app.getByRole("button", { name: "Count 0" }).waitFor();
  await app.locator("body").evaluate("document.body.dataset.mark = 'first'");
  return app;
}

const markOf = (app: FrameLocator) => app.locator("body").getAttribute("data-mark");

const page = (
  main: string,
) => `<!doctype html><html lang="en"><head><title>Counter</title></head><body><div id="root"></div>
<script type="module" src="/src/${main}"></script></body></html>`;

type Counter = { heading: string; extra?: string; top?: string };

const stepOf = (step: string) => `export const step = ${step};\n`;

const react = {
  files: {
    "package.json": JSON.stringify({ dependencies: { react: "19.2.0", "react-dom": "19.2.0" } }),
    "index.html": page("main.tsx"),
    "src/main.tsx": `import { createRoot } from "react-dom/client";
import App from "./app";
createRoot(document.querySelector("#root")!).render(<App />);
`,
    "src/step.ts": stepOf("1"),
  },
  app: `import { createContext, useContext } from "react";
import { Counter } from "./counter";
const Theme = createContext("light");
export default function App() {
  return <main data-theme={useContext(Theme)}><Counter /></main>;
}
`,
  path: "src/counter.tsx",
  counter: ({ heading, extra = "", top = "" }: Counter) => `import { memo, useEffect, useState } from "react";
import { step } from "./step";
const Heading = memo(() => <h1>${heading}</h1>);
export function Counter() {
  ${extra}
  const [count, setCount] = useState(0);
  useEffect(() => { document.title = String(count); }, [count]);
  ${top}
  return <section><Heading /><button onClick={() => setCount(count + step)}>Count {count}</button></section>;
}
`,
};

const preact = {
  files: {
    "package.json": JSON.stringify({ dependencies: { preact: "10.27.2" } }),
    "tsconfig.json": JSON.stringify({ compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" } }),
    "index.html": page("main.tsx"),
    "src/main.tsx": `import { render } from "preact";
import App from "./app";
render(<App />, document.querySelector("#root")!);
`,
    "src/step.ts": stepOf("1"),
  },
  app: `import { Counter } from "./counter";
export default function App() { return <main><Counter /></main>; }
`,
  path: "src/counter.tsx",
  counter: (options: Counter) =>
    react
      .counter(options)
      .replace(
        'import { memo, useEffect, useState } from "react"',
        'import { useEffect, useState } from "preact/hooks"',
      )
      .replace(/memo\((.*)\);/, "$1;"),
};

const vue = {
  files: {
    "package.json": JSON.stringify({ dependencies: { vue: "3.5.22" } }),
    "index.html": page("main.ts"),
    "src/main.ts": `import { createApp } from "vue";
import App from "./App.vue";
createApp(App).mount("#root");
`,
    "src/step.ts": stepOf("1"),
  },
  app: `<script setup lang="ts">import Counter from "./Counter.vue";</script>
<template><main><Counter /></main></template>
`,
  path: "src/Counter.vue",
  counter: ({ heading, extra = "" }: Counter) => `<script setup lang="ts">
import { ref } from "vue";
import { step } from "./step";
const count = ref(0);
${extra}
</script>
<template><section><h1>${heading}</h1><button @click="count += step">Count {{ count }}</button></section></template>
`,
};

const frameworks = [
  ["React", react, "src/app.tsx", "const [] = useState([]);"],
  ["Preact", preact, "src/app.tsx", "const [] = useState([]);"],
  ["Vue", vue, "src/App.vue", "const other = ref(1);"],
] as const;

describe.each(frameworks)(
  "an app of %s in the preview",
  (name, { files, app: root, path, counter }, rootPath, hook) => {
    it("A changed text is shown with the state of its component, and a changed list of hooks resets the component alone", async () => {
      const app = await openApp(name, { ...files, [rootPath]: root, [path]: counter({ heading: "First" }) });
      await app.getByRole("button", { name: "Count 0" }).click();
      await app.getByRole("button", { name: "Count 1" }).click();
      await app.getByRole("button", { name: "Count 2" }).waitFor();
      await write({ [path]: counter({ heading: "Second" }) });
      await app.getByRole("heading", { name: "Second" }).waitFor();
      await app.getByRole("button", { name: "Count 2" }).click();
      await app.getByRole("button", { name: "Count 3" }).waitFor();
      expect(await markOf(app)).toBe("first");
      await write({ [path]: counter({ heading: "Third", extra: hook }) });
      await app.getByRole("heading", { name: "Third" }).waitFor();
      await app.getByRole("button", { name: "Count 0" }).waitFor();
      expect(await markOf(app)).toBe("first");
      await write({ "src/step.ts": stepOf("10"), [path]: counter({ heading: "Fourth", extra: hook }) });
      await app.getByRole("heading", { name: "Fourth" }).waitFor();
      await app.getByRole("button", { name: "Count 0" }).click();
      await app.getByRole("button", { name: "Count 10" }).waitFor();
      expect(await markOf(app)).toBe("first");
      expect(visit.complaints).toEqual([]);
    });
  },
);

describe("a change that a page cannot take", () => {
  it("An error after a change is shown, and the repaired app replaces the page", async () => {
    const { files, app: root, path, counter } = react;
    const app = await openApp("Repair", { ...files, "src/app.tsx": root, [path]: counter({ heading: "First" }) });
    await write({ [path]: counter({ heading: "Broken", top: 'if (step === 1) throw new Error("Step is one.");' }) });
    await visit.page.getByText("Step is one.").first().waitFor();
    await write({ [path]: counter({ heading: "Repaired" }) });
    await app.getByRole("heading", { name: "Repaired" }).waitFor();
    await app.getByRole("button", { name: "Count 0" }).waitFor();
    expect(await markOf(app)).toBeNull();
  });

  it("A changed module that makes the root replaces the page", async () => {
    const { files, app: root, path, counter } = react;
    const app = await openApp("Root", { ...files, "src/app.tsx": root, [path]: counter({ heading: "First" }) });
    await write({ "src/main.tsx": files["src/main.tsx"].replace("<App />", "<><App /><p>More</p></>") });
    await app.getByText("More").waitFor();
    expect(await markOf(app)).toBeNull();
  });
});

describe("a change of the server alone", () => {
  it("The server is another one, and the page stays with its state", async () => {
    const { files, app: root, path, counter } = react;
    const server = (answer: string) => `export default { fetch: () => Response.json(${JSON.stringify(answer)}) };\n`;
    const app = await openApp("Server", {
      ...files,
      "src/app.tsx": root,
      [path]: counter({ heading: "First" }),
      "src/server.ts": server("old"),
    });
    const answer = () => app.locator("body").evaluate(`fetch("/api/answer").then((response) => response.json())`);
    await app.getByRole("button", { name: "Count 0" }).click();
    expect(await answer()).toBe("old");
    await write({ "src/server.ts": server("new") });
    await expect.poll(answer, { timeout: 30_000, interval: 250 }).toBe("new");
    await visit.page.locator('iframe[title="Preview"] + iframe').waitFor({ state: "detached" });
    await app.getByRole("button", { name: "Count 1" }).waitFor();
    expect(await markOf(app)).toBe("first");
  });
});
