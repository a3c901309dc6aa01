// Agents and people see the preview and select elements in it. An agent finds and repairs faults that only a screenshot
// reveals. A person selects an element, and describes or makes a change.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { batchResult, fileContent, preview, project, run } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

const broken = {
  "index.html": `<!doctype html><html lang="en"><head><title>List</title><link rel="stylesheet" href="/src/style.css"></head>
<body><h1>List</h1><p class="hint">Press Add for an item.</p><button id="add">Add</button><ul id="list"></ul><div class="veil"></div>
<script type="module" src="/src/main.js"></script></body></html>`,
  "src/style.css": ".hint {\n  color: #ffffff;\n}\n\n.veil {\n  position: fixed;\n  inset: 0;\n}\n",
  "src/main.js": `document.querySelector("#add").addEventListener("click", () => {
  const item = docment.createElement("li");
  item.textContent = "Item";
  document.querySelector("#list").append(item);
});
`,
};

let testStack: TestStack;
let browser: Browser;
let caller: Caller;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

/** Returns the images of the model's last request, oldest first. */
function picturesSent(): string[] {
  const picture = z.object({ type: z.literal("image"), source: z.object({ data: z.string() }) });
  const found: string[] = [];
  JSON.stringify(testStack.stack.model?.requests.at(-1)?.body, (_key, value: unknown) => {
    const parsed = picture.safeParse(value);
    if (parsed.success) found.push(parsed.data.source.data);
    return value;
  });
  return found;
}

async function projectOf(name: string, contents: Record<string, string>): Promise<string> {
  const projectId = await newProject(caller, name);
  const operations = Object.entries(contents).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  return projectId;
}

const contentOf = async (projectId: string, path: string): Promise<string> =>
  (await caller.expect(fileContent, 200, `/v1/projects/${projectId}/files/${path}`)).content;

it("An agent sees a covered button, invisible text and an error on a click, repairs them and looks again", async () => {
  const projectId = await projectOf("List", broken);
  const started = await caller.expect(run, 202, `/v1/projects/${projectId}/runs?wait=60`, {
    body: { prompt: "Look at the page: “Add” does nothing", agent: "debugger" },
  });
  expect(started).toMatchObject({ status: "completed", paths: ["src/main.js", "src/style.css"] });
  expect(started.text).toContain("repaired it, and looked again: it is as it should be.");

  const pictures = picturesSent();
  expect(pictures.length).toBeGreaterThanOrEqual(3);
  expect(new Set(pictures).size).toBeGreaterThanOrEqual(3);
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  for (const [place, data] of pictures.entries()) {
    writeFileSync(join(ROOT, "test-results", `40-agent-saw-${place + 1}.webp`), Buffer.from(data, "base64"));
  }

  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}`);
  const seen = visit.page.getByRole("button", { name: "Enlarge: The page /, as the agent saw it" });
  await seen.first().click();
  const enlarged = visit.page.getByRole("dialog").getByRole("img", { name: "The page /, as the agent saw it" });
  await enlarged.waitFor();
  const width = () => visit.page.evaluate<number>("document.querySelector('dialog img')?.naturalWidth ?? 0");
  await until("the picture is enlarged", 20_000, async () => (await width()) > 300);
  await picture(visit.page, "42-agent-saw");
  expect(visit.complaints).toEqual([]);
  await visit.close();

  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("listitem").getByText("Item").waitFor();
});

it("Errors that the page reports reach the agent by themselves, and after three repairs the run ends and says so", async () => {
  const failing = (repair: number) => ({
    "index.html": `<!doctype html><html lang="en"><head><title>Clock</title></head><body><h1>Clock ${repair}</h1>
<script type="module" src="/src/main.js"></script></body></html>`,
    "src/main.js": 'setInterval(() => { throw new Error("The clock has no hands."); }, 500);\n',
  });
  const projectId = await projectOf("Clock", failing(0));
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(visit.page);
  await workspace.app().getByRole("heading", { name: "Clock 0" }).waitFor();
  const turns = [1, 2, 3, 4].flatMap((repair) => {
    const files = Object.entries(failing(repair)).map(([path, content]) => ({ path, content }));
    const write = { name: "write_files", input: { files, message: `Clock ${repair}` } };
    // The page reports its errors while the model writes its final text.
    return [{ tools: [write] }, { text: `The clock is repaired, number ${repair}.`, delayMs: 5_000 }];
  });
  await workspace.prompt.fill(`\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``);
  await workspace.prompt.press("Enter");
  await workspace.turn("completed").waitFor({ timeout: 120_000 });
  const chat = workspace.turn("completed");
  await chat.getByText("The page still has errors").waitFor();
  await chat.getByText("after 3 repairs").waitFor();
  expect(await chat.getByText("Read errors of the page").count()).toBe(3);
  const told = (testStack.stack.model?.requests ?? [])
    .map(({ body }) => JSON.stringify(body.messages.at(-1)))
    .filter((text) => text.includes("While you worked, pages of the app reported errors"));
  expect(told).toHaveLength(3);
  for (const text of told) expect(text).toContain("The clock has no hands.");
  await chat.getByText("The page still has errors").click();
  await chat.getByText("The page still reports errors after 3 repairs:").waitFor();
  await chat.getByText("The clock has no hands.").first().waitFor();
  expect(await chat.getByText('"level"').count()).toBe(0);
  await chat.getByRole("button", { name: "src/main.js:1" }).waitFor();
  await picture(visit.page, "43-page-errors");
  // The app's own errors are the errors that the agent receives.
  expect(visit.complaints.filter((one) => !one.startsWith("Error: The clock has no hands."))).toEqual([]);
  await visit.close();
});

const reactApp = {
  "package.json": JSON.stringify({ dependencies: { react: "19.2.0", "react-dom": "19.2.0" } }),
  "index.html": `<!doctype html><html lang="en"><head><title>Shop</title></head><body><div id="root"></div>
<script type="module" src="/src/main.tsx"></script></body></html>`,
  "src/main.tsx": `import { createRoot } from "react-dom/client";
import { App } from "./app";

createRoot(document.querySelector("#root")!).render(<App />);
`,
  "src/app.tsx": `export const App = () => (
  <main>
    <h1 className="title">Shop</h1>
    <button onClick={() => (document.title = "Bought")}>Buy</button>
  </main>
);
`,
};

const repository = {
  "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
  "apps/web/package.json": JSON.stringify({
    name: "web",
    dependencies: { react: "19.2.0", "react-dom": "19.2.0", "@our/ui": "workspace:*" },
  }),
  "apps/web/index.html": reactApp["index.html"],
  "apps/web/src/main.tsx": reactApp["src/main.tsx"].replace("./app", "@our/ui/app"),
  "packages/ui/package.json": '{ "name": "@our/ui", "exports": { "./*": "./src/*.tsx" } }',
  "packages/ui/src/app.tsx": reactApp["src/app.tsx"],
};

const plainApp = {
  "index.html": `<!doctype html><html lang="en"><head><title>Shop</title></head>
<body>
<h1>Shop</h1>
<p>Open</p>
<p>Closed</p>
</body></html>
`,
};

it.each([
  ["React", reactApp, "src/app.tsx", '<h1 style={{ padding: "16px" }} className="title">'],
  [
    "React in a package of its repository",
    repository,
    "packages/ui/src/app.tsx",
    '<h1 style={{ padding: "16px" }} className="title">',
  ],
  ["plain HTML", plainApp, "index.html", '<h1 style="padding: 16px">'],
])(
  "A person points at a heading of an app of %s and changes its text, as one version",
  async (_name, app, path, tag) => {
    const projectId = await projectOf("Shop", app);
    const visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    await visit.page.goto(`/projects/${projectId}`);
    const workspace = workspaceOf(visit.page);
    await workspace.app().getByRole("heading", { name: "Shop" }).waitFor();
    await visit.page.getByRole("button", { name: "Point at an element" }).click();
    await workspace.app().getByRole("heading", { name: "Shop" }).click();
    const panel = visit.page.getByRole("region", { name: "Point" });
    await panel.getByRole("button", { name: `${path}:3` }).waitFor();
    await panel.getByLabel("Text", { exact: true }).fill("Corner shop & café");
    await panel.getByLabel("Padding").selectOption("16px");
    await picture(visit.page, `41-point-${path.replaceAll(/[/.]/g, "-")}`);
    await panel.getByRole("button", { name: "Save" }).click();
    await workspace.app().getByRole("heading", { name: "Corner shop & café" }).waitFor();
    await panel.waitFor({ state: "detached" });
    const source = await contentOf(projectId, path);
    expect(source).toContain("Corner shop &amp; café</h1>");
    expect(source).toContain(tag);
    expect(await caller.expect(project, 200, `/v1/projects/${projectId}`)).toMatchObject({ head: 2 });
    expect(visit.complaints).toEqual([]);
    await visit.close();
  },
);

it("A person points by keyboard at several elements and says what to change, without using the app", async () => {
  const projectId = await projectOf("Shop", plainApp);
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(visit.page);
  await workspace.app().getByRole("heading", { name: "Shop" }).waitFor();
  const point = visit.page.getByRole("button", { name: "Point at an element" });
  const panel = visit.page.getByRole("region", { name: "Point" });
  await point.press("Enter");
  await panel.getByText("Click an element of your app").waitFor();
  await visit.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await point.click();
  await workspace.app().getByText("Open").click();
  await workspace
    .app()
    .getByText("Closed")
    .click({ modifiers: ["Shift"] });
  await panel.getByText("2 elements chosen").waitFor();
  // The app neither knows the session's nonce nor is the page around it. It posts its path after the forged messages.
  const forged = { source: "edgesmith-preview", type: "pointed", nonce: "forged", elements: [] };
  const order = { source: "edgesmith-builder", type: "end-pointing", nonce: "forged" };
  await workspace
    .app()
    .locator("body")
    .evaluate(`(() => {
      for (const message of ${JSON.stringify([forged, { ...forged, type: "pointing-ended" }, order])}) {
        parent.postMessage(message, "*");
        postMessage(message, "*");
      }
      history.pushState(null, "", "/forged");
    })()`);
  await until(
    "the path is told",
    10_000,
    async () => (await visit.page.getByLabel("Address in the app").inputValue()) === "/forged",
  );
  expect(await panel.getByRole("listitem").count()).toBe(2);
  await panel.getByLabel("Say what to change").fill("[[text of 3 words]] Say it in German");
  await panel.getByLabel("Say what to change").press("Enter");
  await workspace.turn("completed").waitFor();
  const prompt = testStack.stack.model?.requests.at(-1)?.body.messages.at(-1);
  const text = JSON.stringify(prompt).replaceAll("\\", "");
  expect(text).toContain("I mean what I pointed at in the preview");
  expect(text).toContain('the <p> in index.html, line 4, column 1, with the text "Open"');
  expect(text).toContain('the <p> in index.html, line 5, column 1, with the text "Closed"');
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

it("The colours of an element that a person points at are its own until another is chosen, which can be taken back", async () => {
  const css =
    "body { background: oklch(1 0 0) } h1 { color: rgb(18 52 86); background: rgb(0 0 0 / 0) } p { color: #888888 }";
  const page = plainApp["index.html"].replace("</head>", `<style>${css}</style></head>`);
  const projectId = await projectOf("Shop", { "index.html": page });
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}`);
  const app = workspaceOf(visit.page).app();
  await app.getByText("Open").waitFor();
  await visit.page.getByRole("button", { name: "Point at an element" }).click();
  await app.getByRole("heading", { name: "Shop" }).click();
  const panel = visit.page.getByRole("region", { name: "Point" });
  const [color, background] = [panel.getByLabel("Text colour", { exact: true }), panel.getByLabel("Background")];
  const save = panel.getByRole("button", { name: "Save" });
  expect(await color.inputValue()).toBe("#123456");
  expect(await background.inputValue()).toBe("#ffffff");
  expect(await save.isEnabled()).toBe(false);
  await color.fill("#ff0000");
  await panel.getByLabel("Padding").selectOption("8px");
  await panel.getByRole("button", { name: "Leave as it is: Text colour" }).click();
  expect(await color.inputValue()).toBe("#123456");
  await panel.getByLabel("Padding").selectOption("");
  expect(await save.isEnabled()).toBe(false);
  await background.fill("#888888");
  await save.click();
  await panel.waitFor({ state: "detached" });
  expect(await contentOf(projectId, "index.html")).toContain('<h1 style="background-color: #888888">Shop</h1>');
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

it("The margin, the padding and the text size of an element that a person points at are shown until others are chosen", async () => {
  const style =
    "<style>h1 { margin: 8px 0 20px; padding: 4px; font-size: 40px } p { margin: 0; font-size: 15.5px }</style>";
  const content = plainApp["index.html"].replace("</head>", `${style}</head>`);
  const projectId = await projectOf("Shop", { ...plainApp, "index.html": content });
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(visit.page);
  const panel = visit.page.getByRole("region", { name: "Point" });
  await workspace.app().getByRole("heading", { name: "Shop" }).waitFor();
  await visit.page.getByRole("button", { name: "Point at an element" }).click();
  await workspace.app().getByRole("heading", { name: "Shop" }).click();
  const chosen = (label: string) => panel.getByLabel(label).locator("option:checked").textContent();
  await panel.getByLabel("Margin").waitFor();
  const shown = () => Promise.all(["Margin", "Padding", "Text size"].map(chosen));
  expect(await shown()).toEqual(["8px 0 20px (now)", "4px (now)", "40px (now)"]);
  await panel.getByLabel("Text size").selectOption("16px");
  expect(await shown()).toEqual(["8px 0 20px (now)", "4px (now)", "16px"]);
  await panel.getByLabel("Text size").selectOption("40px (now)");
  await workspace.app().getByText("Open").click();
  await until("the other element", 5_000, async () => (await chosen("Text size")) === "15.5px (now)");
  await picture(visit.page, "41-point-lengths");
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

it("A person who points at an older version changes that element alone, or is told why not and keeps what was typed", async () => {
  const projectId = await projectOf("Shop", plainApp);
  const content = plainApp["index.html"].replace("<p>Open", "<p>New</p>\n<p>Open");
  const operations = [{ op: "write", path: "index.html", content }];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}?view=preview&at=1`);
  const workspace = workspaceOf(visit.page);
  const point = visit.page.getByRole("button", { name: "Point at an element" });
  const panel = visit.page.getByRole("region", { name: "Point" });
  await workspace.app().getByText("Closed").waitFor();
  await point.click();
  await workspace.app().getByText("Closed").click();
  await panel.getByLabel("Padding").selectOption("32px");
  await panel.getByRole("button", { name: "Save" }).click();
  await visit.page.getByText("Saved as version 3, in the current app. You're still viewing version 1.").waitFor();
  const merged = content.replace("<p>Closed", '<p style="padding: 32px">Closed');
  expect(await contentOf(projectId, "index.html")).toBe(merged);

  await point.click();
  await workspace.app().getByText("Open").click();
  await panel.getByLabel("Padding").selectOption("32px");
  await panel.getByRole("button", { name: "Save" }).click();
  await panel.getByText("What you point at has changed since version 1. Nothing was saved").waitFor();
  expect(await contentOf(projectId, "index.html")).toBe(merged);

  const runs = "**/runs";
  const limited = { status: 429, code: "rate_limited", title: "Too many requests" };
  await visit.page.route(runs, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    const contentType = "application/problem+json";
    await route.fulfill({ status: 429, contentType, headers: { "Retry-After": "30" }, body: JSON.stringify(limited) });
  });
  const wanted = panel.getByLabel("Say what to change");
  await wanted.fill("[[text of 3 words]] Say it in German");
  await wanted.press("Enter");
  await panel.getByText("Too many requests. Try again in 30 seconds.").waitFor();
  expect(await wanted.inputValue()).toBe("[[text of 3 words]] Say it in German");
  await visit.page.unroute(runs);
  await wanted.press("Enter");
  await workspace.turn("completed").waitFor();
  await panel.waitFor({ state: "detached" });
  const prompt = JSON.stringify(testStack.stack.model?.requests.at(-1)?.body.messages.at(-1)).replaceAll("\\", "");
  expect(prompt).toContain('the <p> in index.html, line 5, column 1, with the text "Open"');
  await visit.close();
});

it("A person points by touch, scrolls meanwhile and adds more, and what is typed stays through a new version", async () => {
  const page = plainApp["index.html"].replace("</body>", '<p style="margin-top: 2000px">Far</p>\n</body>');
  const projectId = await projectOf("Shop", { "index.html": page, "notes.txt": "1" });
  const size = { width: 390, height: 740 };
  const visit = await newVisit(browser, testStack.stack.appUrl, size, { hasTouch: true, isMobile: true });
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}?view=preview`);
  const app = workspaceOf(visit.page).app();
  await app.getByText("Open").waitFor();
  const panel = visit.page.getByRole("region", { name: "Point" });
  await visit.page.getByRole("button", { name: "Point at an element" }).tap();
  await panel.getByText("Tap an element of your app.").waitFor();
  await app.getByText("Open").tap();
  await panel.getByText("1 element chosen.").waitFor();
  const wanted = panel.getByLabel("Say what to change");
  await wanted.fill("Much larger");
  await panel.getByLabel("Padding").selectOption("32px");
  await panel.getByLabel("Text", { exact: true }).fill("Opened");
  await panel.getByRole("button", { name: "Add more" }).tap();
  await app.getByText("Closed").tap();
  await panel.getByText("2 elements chosen.").waitFor();
  expect(await wanted.inputValue()).toBe("Much larger");
  expect(await panel.getByLabel("Padding").inputValue()).toBe("32px");
  expect(await panel.getByLabel("Text of <p>").inputValue()).toBe("Opened");
  await picture(visit.page, "43-point-by-touch");

  // A moving finger scrolls the page, and selects nothing.
  const client = await visit.context.newCDPSession(visit.page);
  const { x, y, height } = (await visit.page.locator('iframe[title="Preview"]').boundingBox()) ?? {
    x: 0,
    y: 0,
    height: 0,
  };
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", up: number) => {
    const touchPoints = type === "touchEnd" ? [] : [{ x: x + 100, y: y + height - 20 - up }];
    return client.send("Input.dispatchTouchEvent", { type, touchPoints });
  };
  await touch("touchStart", 0);
  for (const up of [20, 40, 60, 80, 100, 120, 140]) await touch("touchMove", up);
  await touch("touchEnd", 0);
  const scrolled = async () => Number(await app.locator("body").evaluate("scrollY"));
  await until("the page is scrolled", 10_000, async () => (await scrolled()) > 50);
  await panel.getByText("2 elements chosen.").waitFor();

  const operations = [
    { op: "write", path: "index.html", content: page.replace("<h1>Shop", '<h1 lang="en">Store') },
    { op: "write", path: "notes.txt", content: "2" },
  ];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  await app.getByRole("heading", { name: "Store" }).waitFor();
  expect(await wanted.inputValue()).toBe("Much larger");
  await app.getByText("Closed").tap();
  await panel.getByText("1 element chosen.").waitFor();
  await panel.getByRole("button", { name: "Save" }).tap();
  await panel.waitFor({ state: "detached" });
  expect(await contentOf(projectId, "index.html")).toContain('<p>Open</p>\n<p style="padding: 32px">Closed</p>');
  expect(visit.complaints).toEqual([]);
  await visit.close();
});
