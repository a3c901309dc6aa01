// Hot updates: a page applies the changed modules of a newer build and keeps its components' state. Where that is
// unsafe, the page reloads.
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

/** Opens a project with these files and marks its page, which distinguishes a page that stays from its replacement. */
async function openApp(name: string, files: Record<string, string>): Promise<FrameLocator> {
  projectId = await newProject(caller, name);
  await write(files);
  await visit.page.goto(`/projects/${projectId}`);
  const app = workspaceOf(visit.page).app();
  await app.getByRole("button", { name: "Count 0" }).waitFor({ timeout: 120_000 });
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

describe("an app whose components are in a package of its repository", () => {
  it.each([
    ["React", react, "src/app.tsx", "./counter", "counter.tsx", /^\/packages\/ui\/src\/counter\.tsx:3:28$/],
    ["Vue", vue, "src/App.vue", "./Counter.vue", "Counter.vue", /^\/packages\/ui\/src\/Counter\.vue:7:20$/],
  ] as const)(
    "A change in the package is shown with the state of its component, and its elements name their file: %s",
    async (name, { files, app: root, counter }, rootPath, imported, file, position) => {
      const inApp = Object.entries({ ...files, [rootPath]: root.replace(imported, `@our/ui/${file}`) }).map(
        ([path, content]) => [`apps/web/${path}`, content],
      );
      const dependencies = { ...JSON.parse(files["package.json"]).dependencies, "@our/ui": "workspace:*" };
      const path = `packages/ui/src/${file}`;
      const app = await openApp(`Repository of ${name}`, {
        ...Object.fromEntries(inApp),
        "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
        "apps/web/package.json": JSON.stringify({ name: "web", dependencies }),
        "packages/ui/package.json": '{ "name": "@our/ui", "exports": { "./*": "./src/*" } }',
        [path]: counter({ heading: "First" }),
        "packages/ui/src/step.ts": stepOf("1"),
      });
      await countToTwo(app);
      await write({ [path]: counter({ heading: "Second" }) });
      const heading = app.getByRole("heading", { name: "Second" });
      await heading.waitFor();
      await app.getByRole("button", { name: "Count 2" }).waitFor();
      expect(await markOf(app)).toBe("first");
      expect(await heading.getAttribute("data-edgesmith-at")).toMatch(position);
      expect(visit.complaints).toEqual([]);
    },
  );
});

/** Counts to two in the app; each change must keep this state. */
async function countToTwo(app: FrameLocator): Promise<void> {
  await app.getByRole("button", { name: "Count 0" }).click();
  await app.getByRole("button", { name: "Count 1" }).click();
  await app.getByRole("button", { name: "Count 2" }).waitFor();
}

/** Waits until the heading has a style, and expects the page and its state to be unchanged. */
async function expectKept(app: FrameLocator, changed: { heading: string; property?: string; value?: string }) {
  const heading = app.getByRole("heading", { name: changed.heading, exact: true });
  await heading.waitFor();
  if (changed.property !== undefined) {
    const style = () =>
      app.locator("body").evaluate(`getComputedStyle(document.querySelector("h1")).${changed.property}`);
    await expect.poll(style, { timeout: 30_000, interval: 250 }).toBe(changed.value);
  }
  await app.getByRole("button", { name: "Count 2" }).waitFor();
  expect(await markOf(app), changed.heading).toBe("first");
}

describe("a change that a page takes with its state", { timeout: 300_000 }, () => {
  it("React: style sheets, CSS modules, new imports, new files and changed types", async () => {
    const { files, app: root, path } = react;
    const counter = ({ imports = "", heading = "<h1>First</h1>", before = "" }) => `import { useState } from "react";
import { step } from "./step";
${imports}
${before}
export function Counter() {
  const [count, setCount] = useState(0);
  return <section>${heading}<button onClick={() => setCount(count + step)}>Count {count}</button></section>;
}
`;
    const styled = {
      imports: 'import styles from "./counter.module.css";',
      heading: "<h1 className={styles.title}>Module</h1>",
    };
    const app = await openApp("Kinds", {
      ...files,
      "src/main.tsx": `import "./main.css";\n${files["src/main.tsx"]}`,
      "src/main.css": "h1 { color: rgb(1, 1, 1); }\n",
      "src/app.tsx": root,
      "src/counter.module.css": ".title { margin-top: 1px; }\n.other { margin-top: 3px; }\n",
      [path]: counter({ ...styled, heading: "<h1 className={styles.title}>First</h1>" }),
    });
    await countToTwo(app);
    await write({ "src/main.css": "h1 { color: rgb(2, 2, 2); }\n" });
    await expectKept(app, { heading: "First", property: "color", value: "rgb(2, 2, 2)" });
    await write({ "src/counter.module.css": ".title { margin-top: 2px; }\n.other { margin-top: 3px; }\n" });
    await expectKept(app, { heading: "First", property: "marginTop", value: "2px" });
    await write({ [path]: counter({ ...styled, heading: "<h1 className={styles.other}>Second</h1>" }) });
    await expectKept(app, { heading: "Second", property: "marginTop", value: "3px" });
    await write({
      "src/counter.module.css":
        ".title { margin-top: 2px; }\n.other { margin-top: 3px; }\n.third { margin-top: 4px; }\n",
      [path]: counter({ ...styled, heading: "<h1 className={styles.third}>Third</h1>" }),
    });
    await expectKept(app, { heading: "Third", property: "marginTop", value: "4px" });
    await write({
      [path]: counter({
        imports: 'import { Fragment, useMemo } from "react";',
        heading: "<Fragment><h1>Fourth</h1></Fragment>",
      }),
    });
    await expectKept(app, { heading: "Fourth" });
    await write({
      "src/title.tsx": 'import "./title.css";\nexport const Title = ({ text }: { text: string }) => <h1>{text}</h1>;\n',
      "src/title.css": "h1 { padding-top: 5px; }\n",
      [path]: counter({ imports: 'import { Title } from "./title";', heading: '<Title text="Fifth" />' }),
    });
    await expectKept(app, { heading: "Fifth", property: "paddingTop", value: "5px" });
    await write({
      "src/title.tsx":
        'import "./title.css";\ntype Props = { text: string };\nexport const Title = ({ text }: Props) => <h1>{text}!</h1>;\n',
    });
    await expectKept(app, { heading: "Fifth!" });
    await write({ [path]: counter({ heading: "<h1>Sixth</h1>", before: "const unused = () => 1;" }) });
    await expectKept(app, { heading: "Sixth" });
    expect(visit.complaints).toEqual([]);
  });

  it("React with Tailwind: a class that is new in the app", async () => {
    const { files, app: root, path, counter } = react;
    const dependencies = { react: "19.2.0", "react-dom": "19.2.0", tailwindcss: "4.1.13" };
    const app = await openApp("Tailwind", {
      ...files,
      "package.json": JSON.stringify({ dependencies }),
      "src/main.tsx": `import "./main.css";\n${files["src/main.tsx"]}`,
      "src/main.css": '@import "tailwindcss";\n',
      "src/app.tsx": root,
      [path]: counter({ heading: "First" }).replace("<h1>", '<h1 className="mt-1">'),
    });
    await countToTwo(app);
    await write({ [path]: counter({ heading: "Second" }).replace("<h1>", '<h1 className="mt-[13px] text-center">') });
    await expectKept(app, { heading: "Second", property: "marginTop", value: "13px" });
  });

  it("Vue: the style block alone, the template alone, and a scoped style in place of another", async () => {
    const { files, app: root, path } = vue;
    const counter = ({ heading = "<h1>First</h1>", style = "", imports = "" }) => `<script setup lang="ts">
import { ref } from "vue";
import { step } from "./step";
${imports}
const count = ref(0);
</script>
<template><section>${heading}<button @click="count += step">Count {{ count }}</button></section></template>
${style}
`;
    const red = (colour: string) => `<style>h1 { color: ${colour}; }</style>`;
    const app = await openApp("Vue kinds", {
      ...files,
      "src/App.vue": root,
      [path]: counter({ style: red("rgb(1, 1, 1)") }),
    });
    await countToTwo(app);
    await write({ [path]: counter({ style: red("rgb(2, 2, 2)") }) });
    await expectKept(app, { heading: "First", property: "color", value: "rgb(2, 2, 2)" });
    await write({ [path]: counter({ heading: "<h1>Second</h1>", style: red("rgb(2, 2, 2)") }) });
    await expectKept(app, { heading: "Second" });
    const scoped = "<style scoped>h1 { margin-top: 3px; }</style>";
    await write({ [path]: counter({ heading: "<h1>Third</h1>", style: scoped }) });
    // Elements receive a scoped style's attribute when they are created, so this component loses its state, but the
    // page keeps its own.
    await app.getByRole("heading", { name: "Third" }).waitFor();
    await countToTwo(app);
    await expectKept(app, { heading: "Third", property: "marginTop", value: "3px" });
    await write({ [path]: counter({ heading: "<h1>Third</h1>", style: scoped.replace("3px", "4px") }) });
    await expectKept(app, { heading: "Third", property: "marginTop", value: "4px" });
  });

  it("React: more of an imported package, another entry of one, and packages that are new in the app", async () => {
    const { files, app: root, path } = react;
    const dependencies = {
      react: "19.2.0",
      "react-dom": "19.2.0",
      "lucide-react": "0.545.0",
      "react-icons": "5.5.0",
      zustand: "5.0.8",
    };
    const counter = (imports: string, more: string) => `import { useState } from "react";
${imports}
export function Counter() {
  const [count, setCount] = useState(0);
  return <section>${more}<button onClick={() => setCount(count + 1)}>Count {count}</button></section>;
}
`;
    const app = await openApp("Packages", {
      ...files,
      "package.json": JSON.stringify({ dependencies }),
      "src/app.tsx": root,
      [path]: counter('import { Plus } from "lucide-react";', "<h1>First</h1><Plus />"),
    });
    await countToTwo(app);
    const changes = [
      ['import { Minus, Plus } from "lucide-react";', "<Minus /><Plus />", ".lucide-minus"],
      ['import { FaBeer } from "react-icons/fa";', "<FaBeer />", "svg[viewBox='0 0 448 512']"],
      ['import { createPortal } from "react-dom";', "{createPortal(<i />, document.body)}", "i"],
      // The bundler adds numbers to distinguish the app's own name "create" from other names.
      [
        'import { create } from "zustand";\nconst useClock = create(() => ({ text: "Clock" }));',
        "<u>{useClock.getState().text}</u>",
        "u",
      ],
      ['import { Plus, Trash } from "lucide-react";', "<Trash /><Plus />", ".lucide-trash"],
    ];
    for (const [place, [imports = "", more = "", selector = ""]] of changes.entries()) {
      await write({ [path]: counter(imports, `<h1>Change {${place}}</h1>${more}`) });
      // The first build with a package installs the package.
      await app.locator(selector).waitFor({ state: "attached", timeout: 120_000 });
      await expectKept(app, { heading: `Change ${place}` });
    }
    expect(visit.complaints).toEqual([]);
  });

  it("Preact and Vue: functions of the framework that the app did not import before, and no longer imports", async () => {
    const preactApp = await openApp("Preact imports", {
      ...preact.files,
      "src/app.tsx": preact.app,
      [preact.path]: preact.counter({ heading: "First" }),
    });
    await countToTwo(preactApp);
    const title = (imports: string, body: string) => `import { createContext } from "preact";
import { ${imports} } from "preact/hooks";
const Title = createContext("Title");
export const Heading = () => { ${body} };
`;
    const counter = preact
      .counter({ heading: "" })
      .replace("<h1></h1>", "<Label />")
      .replace("const Heading", 'import { Heading as Label } from "./title";\nconst Heading');
    await write({
      "src/title.tsx": title("useContext", "return <h1>{useContext(Title)}</h1>;"),
      [preact.path]: counter,
    });
    await expectKept(preactApp, { heading: "Title" });
    await write({ "src/title.tsx": title("useMemo", 'return <h1>{useMemo(() => "Memo ", [])}{typeof Title}</h1>;') });
    await expectKept(preactApp, { heading: "Memo function" });
    await write({ [preact.path]: preact.counter({ heading: "Last" }) });
    await expectKept(preactApp, { heading: "Last" });

    const vueApp = await openApp("Vue imports", {
      ...vue.files,
      "src/App.vue": vue.app,
      [vue.path]: vue.counter({ heading: "First" }),
    });
    await countToTwo(vueApp);
    const label = `<script setup lang="ts">import { computed, inject, onMounted, shallowRef } from "vue";
const at = shallowRef("");
onMounted(() => { at.value = "Mounted "; });
const text = computed(() => at.value + String(inject !== undefined));</script><template><h1>{{ text }}</h1></template>`;
    await write({
      "src/Label.vue": label,
      "src/App.vue": vue.app
        .replace("</script>", 'import Label from "./Label.vue";</script>')
        .replace("<main>", "<main><Label />"),
    });
    await vueApp.getByRole("heading", { name: "Mounted true" }).waitFor();
    expect(await markOf(vueApp)).toBe("first");
    expect(visit.complaints).toEqual([]);
  });

  it("React: an error in a package that is new in the app is shown, and the repaired app replaces the page", async () => {
    const { files, app: root, path, counter } = react;
    const app = await openApp("Package error", {
      ...files,
      "src/app.tsx": root,
      [path]: counter({ heading: "First" }),
    });
    await write({
      [path]: counter({ heading: "Second", top: "createPortal(null, null as never);" }).replace(
        "import { step }",
        'import { createPortal } from "react-dom";\nimport { step }',
      ),
    });
    await visit.page.getByText("Target container is not a DOM element").first().waitFor();
    await write({ [path]: counter({ heading: "Third" }) });
    await app.getByRole("heading", { name: "Third" }).waitFor();
    await app.getByRole("button", { name: "Count 0" }).waitFor();
  });

  it("React: an error of the build, and its repair", async () => {
    const { files, app: root, path, counter } = react;
    const app = await openApp("Build error", { ...files, "src/app.tsx": root, [path]: counter({ heading: "First" }) });
    await countToTwo(app);
    await write({ [path]: counter({ heading: "Second" }).replace("return <section>", "return <section") });
    await visit.page.getByRole("region", { name: "App preview" }).getByText(path).first().waitFor();
    await write({ [path]: counter({ heading: "Third" }) });
    await expectKept(app, { heading: "Third" });
  });
});

describe("an app whose pages are imported later", { timeout: 300_000 }, () => {
  const links = '<nav><a href="#first">To first</a><a href="#second">To second</a></nav>';
  /** Each page counts in steps that a module imported by both defines. */
  const pages = {
    React: {
      files: {
        ...react.files,
        "src/app.tsx": `import { lazy, Suspense, useEffect, useState } from "react";
import { Title } from "./title";
const pages = { "#first": lazy(() => import("./first")), "#second": lazy(() => import("./second")) };
export default function App() {
  const [hash, setHash] = useState("#first");
  useEffect(() => { onhashchange = () => setHash(location.hash); }, []);
  const Page = pages[hash as keyof typeof pages];
  return <main>${links}<Title text="App" /><Suspense><Page /></Suspense></main>;
}
`,
        "src/title.tsx": "export const Title = ({ text }: { text: string }) => <h2>{text}</h2>;\n",
      },
      path: (name: string) => `src/${name}.tsx`,
      page: (heading: string) => `import { useState } from "react";
import { step } from "./step";
import { Title } from "./title";
export default function Page() {
  const [count, setCount] = useState(0);
  return <section><h1>${heading}</h1><Title text="Page" /><button onClick={() => setCount(count + step)}>Count {count}</button></section>;
}
`,
      title: ["src/title.tsx", "export const Title = ({ text }: { text: string }) => <h2>{text}!</h2>;\n"] as const,
    },
    Vue: {
      files: {
        ...vue.files,
        "src/App.vue": `<script setup lang="ts">
import { defineAsyncComponent, ref } from "vue";
import Title from "./Title.vue";
const pages = { "#first": defineAsyncComponent(() => import("./First.vue")), "#second": defineAsyncComponent(() => import("./Second.vue")) };
const hash = ref<keyof typeof pages>("#first");
onhashchange = () => { hash.value = location.hash as keyof typeof pages; };
</script>
<template><main>${links}<Title text="App" /><component :is="pages[hash]" /></main></template>
`,
        "src/Title.vue": `<script setup lang="ts">defineProps<{ text: string }>();</script><template><h2>{{ text }}</h2></template>\n`,
      },
      path: (name: string) => `src/${name[0]?.toUpperCase()}${name.slice(1)}.vue`,
      page: (heading: string) => `<script setup lang="ts">
import { ref } from "vue";
import { step } from "./step";
import Title from "./Title.vue";
const count = ref(0);
</script>
<template><section><h1>${heading}</h1><Title text="Page" /><button @click="count += step">Count {{ count }}</button></section></template>
`,
      title: [
        "src/Title.vue",
        `<script setup lang="ts">defineProps<{ text: string }>();</script><template><h2>{{ text }}!</h2></template>\n`,
      ] as const,
    },
  };

  it.each(Object.entries(pages))(
    "%s: a page keeps its state, and one that is opened later is that of the newest build, with the modules of the first page",
    async (name, { files, path, page: pageOf, title }) => {
      const app = await openApp(`${name} pages`, {
        ...files,
        [path("first")]: pageOf("First"),
        [path("second")]: pageOf("Second"),
      });
      await countToTwo(app);
      await write({ [path("first")]: pageOf("First again") });
      await expectKept(app, { heading: "First again" });
      await write({ [path("second")]: pageOf("Second again") });
      await write({ [title[0]]: title[1] });
      await app.getByRole("heading", { name: "App!" }).waitFor();
      await expectKept(app, { heading: "First again" });
      await app.getByRole("link", { name: "To second" }).click();
      await app.getByRole("heading", { name: "Second again" }).waitFor();
      await app.getByRole("heading", { name: "Page!" }).waitFor();
      await countToTwo(app);
      await write({ [path("second")]: pageOf("Second at last") });
      await expectKept(app, { heading: "Second at last" });
      await write({ "src/step.ts": stepOf("10"), [path("second")]: pageOf("Tens") });
      await app.getByRole("heading", { name: "Tens" }).waitFor();
      await app.getByRole("button", { name: /Count/ }).click();
      await app.getByRole("button", { name: /Count (?:10|12)$/ }).waitFor();
      await app.getByRole("link", { name: "To first" }).click();
      await app.getByRole("heading", { name: "First again" }).waitFor();
      await app.getByRole("button", { name: /Count/ }).click();
      await app.getByRole("button", { name: /Count (?:10|12)$/ }).waitFor();
      expect(await markOf(app)).toBe("first");
      expect(visit.complaints).toEqual([]);
    },
  );

  it.each([
    ["React", 'import "./NAME.css";\n', (rules: string) => rules],
    ["Vue", "", (rules: string) => `\n<style>\n${rules}</style>\n`],
  ] as const)(
    "%s: style sheets of pages come with them, and newer ones are swapped in pages that are open, or wait for those that are not",
    async (name, importing, rulesOf) => {
      const { files, path, page: pageOf } = pages[name];
      const styled = (one: string, heading: string, rules: string): Record<string, string> =>
        name === "React"
          ? {
              [path(one)]: importing.replace("NAME", one) + pageOf(heading),
              [`src/${one}.css`]: rulesOf(`h1 { ${rules} }\n`),
            }
          : { [path(one)]: pageOf(heading) + rulesOf(`h1 { ${rules} }\n`) };
      const styleOf = (property: string) =>
        app.locator("body").evaluate(`getComputedStyle(document.querySelector("h1")).${property}`);
      const app = await openApp(`${name} pages with styles`, {
        ...files,
        [path("first")]: pageOf("First"),
        ...styled("second", "Second", "padding-top: 1px;"),
      });
      expect(await styleOf("paddingTop")).toBe("0px");
      await countToTwo(app);
      await write(styled("first", "First", "margin-top: 1px;"));
      await expectKept(app, { heading: "First", property: "marginTop", value: "1px" });
      await write(styled("first", "First", "margin-top: 2px;"));
      await expectKept(app, { heading: "First", property: "marginTop", value: "2px" });
      await write(styled("second", "Second again", "padding-top: 2px;"));
      await write(styled("first", "First", "margin-top: 3px;"));
      await expectKept(app, { heading: "First", property: "marginTop", value: "3px" });
      expect(await styleOf("paddingTop")).toBe("0px");
      await app.getByRole("link", { name: "To second" }).click();
      await app.getByRole("heading", { name: "Second again" }).waitFor();
      expect([await styleOf("marginTop"), await styleOf("paddingTop")]).toEqual(["3px", "2px"]);
      await countToTwo(app);
      await write(styled("second", "Second again", "padding-top: 4px;"));
      await expectKept(app, { heading: "Second again", property: "paddingTop", value: "4px" });
      const linked = await app
        .locator("link[rel=stylesheet]")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")?.replace(/-[0-9A-Z]+\.css$/, "")));
      expect(linked.length).toBe(new Set(linked).size);
      await write(styled("second", "Second", "padding-top: 4px; text-indent: 5px;"));
      await expectKept(app, { heading: "Second", property: "textIndent", value: "5px" });
      expect(visit.complaints).toEqual([]);
    },
  );

  it("React: pages that are new, or changed before they are opened, with packages that the page has not loaded", async () => {
    const { files, path, page: pageOf } = pages.React;
    const dependencies = { react: "19.2.0", "react-dom": "19.2.0", "lucide-react": "0.545.0", zustand: "5.0.8" };
    const withIcon = (heading: string) =>
      `import { Plus } from "lucide-react";\n${pageOf(heading).replace("<h1>", "<Plus /><h1>")}`;
    const appOf = (more: string) =>
      files["src/app.tsx"].replace("const pages = {", `const pages = { ${more}`).replace('"App"', '"Three"');
    const app = await openApp("Pages with packages", {
      ...files,
      "package.json": JSON.stringify({ dependencies }),
      [path("first")]: pageOf("First"),
      [path("second")]: withIcon("Second"),
    });
    await countToTwo(app);
    await write({ [path("second")]: withIcon("Second again") });
    await write({ [path("first")]: pageOf("First again") });
    await expectKept(app, { heading: "First again" });
    await app.getByRole("link", { name: "To second" }).click();
    await app.getByRole("heading", { name: "Second again" }).waitFor();
    await app.locator(".lucide-plus").waitFor();
    const clock = `import { create } from "zustand";\nconst useClock = create(() => ({ text: "Third" }));`;
    await write({
      "src/app.tsx": appOf('"#third": lazy(() => import("./third")), '),
      [path("third")]: `${clock}\n${pageOf("").replace("<h1></h1>", "<h1>{useClock.getState().text}</h1>")}`,
    });
    await app.getByRole("heading", { name: "Three" }).waitFor();
    await app.locator("body").evaluate("location.hash = '#third'");
    await app.getByRole("heading", { name: "Third" }).waitFor();
    await countToTwo(app);
    expect(await markOf(app)).toBe("first");
    expect(visit.complaints).toEqual([]);
  });
});

describe("an app of Svelte in the preview", { timeout: 300_000 }, () => {
  const title = ({ heading = "First", colour = 1, script = "" }) => `<script lang="ts">
  ${script}
  let { text }: { text: string } = $props();
  let pressed = $state(0);
</script>
<h1>${heading} {text}</h1>
<p><button onclick={() => (pressed += 1)}>Pressed {pressed}</button></p>
<style>
  h1 { color: rgb(${colour}, ${colour}, ${colour}); }
</style>
`;
  const app = (more = "") => `<script lang="ts">
  import Title from "./Title.svelte";
  let count = $state(0);
</script>
<main><Title text="title" /><button onclick={() => (count += 1)}>Count {count}</button>${more}</main>
`;
  const files = (version: string) => ({
    "package.json": JSON.stringify({ dependencies: { svelte: version } }),
    "index.html": page("main.ts"),
    "src/main.ts": `import { mount } from "svelte";
import App from "./App.svelte";
mount(App, { target: document.querySelector("#root")! });
`,
    "src/App.svelte": app(),
    "src/words.ts": 'export const word = "Word";\n',
    "src/Title.svelte": title({}),
  });

  it.each(["5.57.3", "5.0.0"])(
    "A changed component is mounted anew with its properties, and the others keep their state: Svelte %s",
    async (version) => {
      const shown = await openApp(`Svelte ${version}`, files(version));
      await countToTwo(shown);
      await shown.getByRole("button", { name: "Pressed 0" }).click();
      await write({ "src/Title.svelte": title({ colour: 2 }) });
      await expectKept(shown, { heading: "First title", property: "color", value: "rgb(2, 2, 2)" });
      await shown.getByRole("button", { name: "Pressed 1" }).waitFor();
      await write({ "src/Title.svelte": title({ heading: "Second", colour: 2 }) });
      await expectKept(shown, { heading: "Second title", property: "color", value: "rgb(2, 2, 2)" });
      await shown.getByRole("button", { name: "Pressed 0" }).click();
      await shown.getByRole("button", { name: "Pressed 1" }).waitFor();
      const imported = title({ heading: "{word}", colour: 3, script: 'import { word } from "./words";' });
      await write({ "src/Title.svelte": imported });
      await expectKept(shown, { heading: "Word title", property: "color", value: "rgb(3, 3, 3)" });
      await write({ "src/words.ts": 'export const word = "Other";\n' });
      await expectKept(shown, { heading: "Other title" });
      await write({ "src/App.svelte": app("<p>More</p>") });
      await shown.getByText("More").waitFor();
      await shown.getByRole("heading", { name: "Other title" }).waitFor();
      await shown.getByRole("button", { name: "Count 0" }).click();
      await shown.getByRole("button", { name: "Count 1" }).waitFor();
      expect(await markOf(shown)).toBe("first");
      expect(visit.complaints).toEqual([]);
    },
  );
});

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
