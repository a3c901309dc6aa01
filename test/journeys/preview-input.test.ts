// A person's input in the preview is safe: no newer version replaces the page while a person uses it, and no submission
// is lost, whatever change to the app's code coincides with it.
import type { Browser, FrameLocator, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

const page = (title: string) => `<!doctype html><html><head><title>Notes</title></head><body><h1>${title}</h1>
<form id="form"><label>Note <input name="note"></label><button>Add</button></form>
<button id="more">More</button><p id="count">0</p><ul id="list"></ul>
<script type="module" src="/src/main.ts"></script></body></html>`;

const script = `const show = async () => {
  const notes: string[] = await (await fetch("/api/notes")).json();
  document.querySelector("#list")!.replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
};
document.querySelector("#form")!.addEventListener("submit", async (event) => {
  event.preventDefault();
  const note = new FormData(event.target as HTMLFormElement).get("note");
  await fetch("/api/notes", { method: "POST", body: JSON.stringify(note) });
  await show();
});
let count = 0;
document.querySelector("#more")!.addEventListener("click", () => { document.querySelector("#count")!.textContent = String(++count); });
show();`;

const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS note (text TEXT)");
    if (request.method === "POST") sql.exec("INSERT INTO note VALUES (?)", await request.json());
    return Response.json(sql.exec("SELECT text FROM note").toArray().map((row) => row.text));
  }
}`;

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;
let projectId: string;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  const { complaints } = visit;
  await visit.close();
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const write = (files: Record<string, string>) => {
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  return caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
};

async function openProject(before: (page: Page) => Promise<unknown> = async () => {}): Promise<FrameLocator> {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  projectId = await newProject(caller, "Notes");
  await write({ "index.html": page("First"), "src/main.ts": script, "src/server.ts": server });
  await before(visit.page);
  await visit.page.goto(`/projects/${projectId}`);
  return workspaceOf(visit.page).app();
}

describe("an app that a person is using in the preview", () => {
  it("A used app stays while a field has the focus, offers the newer version, and is replaced afterwards", async () => {
    const app = await openProject();
    await app.getByLabel("Note").fill("Half a sen");
    await write({ "index.html": page("Second") });
    const ready = visit.page.getByText("A new version is ready.");
    await ready.waitFor();
    await picture(visit.page, "30-new-version");
    await app.getByLabel("Note").pressSequentially("tence");
    await app.getByLabel("Note").press("Enter");
    await app.getByRole("listitem").getByText("Half a sentence").waitFor();
    await app.getByRole("heading", { name: "First" }).waitFor();
    await workspaceOf(visit.page).prompt.focus();
    await app.getByRole("heading", { name: "Second" }).waitFor();
    await ready.waitFor({ state: "detached" });
    await app.getByRole("listitem").getByText("Half a sentence").waitFor();
  });

  it("A used app is replaced at once when the person requests the newer version", async () => {
    const app = await openProject();
    await app.getByLabel("Note").fill("Never mind");
    await write({ "index.html": page("Second") });
    await visit.page.getByRole("button", { name: "Show", exact: true }).click();
    await app.getByRole("heading", { name: "Second" }).waitFor();
  });

  it("A used app is not replaced before a submitted form is answered", async () => {
    const app = await openProject();
    await app.getByLabel("Note").waitFor();
    const response = Promise.withResolvers<void>();
    await visit.page.route("**/api/notes", async (route) => {
      if (route.request().method() === "POST") await response.promise;
      await route.continue();
    });
    await app.getByLabel("Note").fill("Sent");
    await app.getByRole("button", { name: "Add" }).click();
    await workspaceOf(visit.page).prompt.focus();
    await write({ "index.html": page("Second") });
    await visit.page.getByText("A new version is ready.").waitFor();
    response.resolve();
    await app.getByRole("heading", { name: "Second" }).waitFor();
    await app.getByRole("listitem").getByText("Sent").waitFor();
  });
});

describe("a change of style sheets alone", () => {
  it("A change of a style sheet is shown without a reload, also while a person uses the app", async () => {
    const app = await openProject();
    await write({
      "index.html": page("Styled").replace("<head>", '<head><link rel="stylesheet" href="/src/style.css">'),
      "src/style.css": "h1 { color: rgb(1, 2, 3) }",
    });
    const color = () => app.locator("h1").evaluate("getComputedStyle(document.querySelector('h1')).color");
    await app.getByRole("heading", { name: "Styled" }).waitFor();
    await until("the app is styled", 20_000, async () => (await color()) === "rgb(1, 2, 3)");
    await app.getByRole("button", { name: "More" }).click();
    await app.getByLabel("Note").fill("Half a sen");
    await write({ "src/style.css": "h1 { color: rgb(4, 5, 6) }" });
    await until("the change is shown", 30_000, async () => (await color()) === "rgb(4, 5, 6)");
    expect(await app.locator("#count").textContent()).toBe("1");
    expect(await app.getByLabel("Note").inputValue()).toBe("Half a sen");
    await write({ "index.html": page("Third") });
    await visit.page.getByRole("button", { name: "Show", exact: true }).click();
    await app.getByRole("heading", { name: "Third" }).waitFor();
  });
});

describe("what is done in an app before its script has run", () => {
  it("A form submitted and a button pressed before the app's script has run take effect once it has", async () => {
    const loaded = Promise.withResolvers<void>();
    const app = await openProject((opened) =>
      opened.route("**/built/*.js", async (route) => {
        await loaded.promise;
        await route.continue();
      }),
    );
    await app.getByLabel("Note").fill("Early");
    await app.getByLabel("Note").press("Enter");
    await app.getByRole("button", { name: "More" }).click();
    loaded.resolve();
    await app.getByRole("listitem").getByText("Early").waitFor();
    await until("the click counts", 10_000, async () => (await app.locator("#count").textContent()) === "1");
  });
});
