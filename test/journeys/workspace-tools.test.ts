// The tools around the work: the command palette, the preview's bar, the width of the chat, the theme.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  await visit.close();
  expect(visit.complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function openProject(files: Record<string, string>, query = "") {
  caller = await newCaller(testStack.stack);
  const id = await newProject(caller, "Tools");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${id}${query}`);
  const workspace = workspaceOf(visit.page);
  await workspace.prompt.waitFor();
  return { ...workspace, id };
}

const html = (title: string, more = "") =>
  `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1>${more}</body></html>`;

const hasFocus = (page: Page, path: string) =>
  page.evaluate<boolean>(`document.activeElement?.getAttribute("data-path") === ${JSON.stringify(path)}`);

const widthOf = async (page: Page, selector: string) => (await page.locator(selector).boundingBox())?.width ?? 0;

describe("the command palette", () => {
  it("Ctrl + K finds a file by name and a line by its text, and opens them, by keyboard alone", async () => {
    const { page, editor } = await openProject({
      "src/app.ts": "one\ntwo\nthe needle is here\n",
      "src/user-router.ts": "export {};\n",
    });
    await page.keyboard.press("ControlOrMeta+k");
    const box = page.getByRole("combobox", { name: "Find files, text and actions" });
    for (const panel of ["chat", "preview", "code", "data", "history"]) {
      await page.getByRole("option", { name: `Show ${panel}` }).waitFor();
    }
    await box.fill("user-r");
    await page.getByRole("option", { name: "src/user-router.ts" }).waitFor();
    await picture(page, "45-palette");
    await page.keyboard.press("Enter");
    await editor("src/user-router.ts").waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await box.fill("needle");
    await page.getByRole("option", { name: "src/app.ts:3" }).waitFor();
    await page.keyboard.press("Enter");
    await editor("src/app.ts").getByText("the needle is here").waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await box.fill("nothing that is anywhere");
    await page.getByText("Nothing found.").waitFor();
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
    await page.keyboard.press("ControlOrMeta+k");
    await box.fill("history");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Versions" }).waitFor();
  });
});

describe("the preview's bar", () => {
  const files = {
    "index.html": html("Home", '<a href="/about.html">About</a>'),
    "public/about.html": html("About us", '<script>console.warn("a warning")</script>'),
  };

  it("The address goes to a page of the app, and Back and Forward move in its history", async () => {
    const { page, app } = await openProject(files);
    await app().getByRole("heading", { name: "Home" }).waitFor();
    const address = page.getByRole("textbox", { name: "Address in the app" });
    await address.fill("about.html");
    await address.press("Enter");
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await until("the new address", 10_000, async () => (await address.inputValue()).startsWith("/about"));
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.getByRole("button", { name: "Forward", exact: true }).click();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    // The address bar leaves the app's own origin for nothing.
    await address.fill("//example.com/steal");
    await address.press("Enter");
    await app().getByRole("heading", { name: "About us" }).waitFor();
  });

  it("A screen size gives the app that width, and turns it", async () => {
    const { page, app } = await openProject(files);
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.getByRole("combobox", { name: "Screen size" }).selectOption("Phone");
    await until("a phone's width", 5_000, async () => (await widthOf(page, 'iframe[title="Preview"]')) === 390);
    await picture(page, "46-phone");
    await page.getByRole("button", { name: "Rotate" }).click();
    await until("its height as width", 5_000, async () => (await widthOf(page, 'iframe[title="Preview"]')) === 844);
  });

  it("The console filters by text and level, and is cleared", async () => {
    const { page, app } = await openProject(files);
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.getByRole("button", { name: "Console" }).click();
    await app().getByRole("link", { name: "About" }).click();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    const console = page.getByRole("region", { name: "Console" });
    await console.getByText("a warning").waitFor();
    await console.getByRole("searchbox", { name: "Filter the console" }).fill("nothing like it");
    await console.getByText("No entry matches.").waitFor();
    await console.getByRole("searchbox", { name: "Filter the console" }).fill("WARN");
    await console.getByText("a warning").waitFor();
    await console.getByRole("combobox", { name: "Level" }).selectOption("Errors");
    await console.getByText("No entry matches.").waitFor();
    await console.getByRole("combobox", { name: "Level" }).selectOption("All levels");
    await console.getByText("a warning").waitFor();
    await console.getByRole("button", { name: "Clear" }).click();
    await console.getByText("a warning").waitFor({ state: "detached" });
  });

  it("The console lists the requests of the app's page, filters them and is cleared, by keyboard alone", async () => {
    const script = `<script type="module">
      await fetch("/api/answer");
      await fetch("/api/missing", { method: "POST" });
      const old = new XMLHttpRequest();
      old.open("GET", "/api/old?q=1");
      old.onloadend = () => document.body.append("All are answered.");
      old.send();
    </script>`;
    const { page, app } = await openProject({
      "index.html": html("Home", script),
      "src/server.ts":
        'export default { fetch: (request) => new Response("", { status: request.method === "POST" ? 404 : 200 }) };\n',
    });
    await app().getByText("All are answered.").waitFor();
    await page.getByRole("button", { name: "Console" }).press("Enter");
    const console = page.getByRole("region", { name: "Console" });
    await console.getByRole("radio", { name: "Log" }).focus();
    await page.keyboard.press("ArrowRight");
    const requests = console.getByRole("table", { name: "Requests" }).getByRole("row");
    await requests.filter({ hasText: /GET.*\/api\/old\?q=1.*200/ }).waitFor();
    await requests.filter({ hasText: /POST.*\/api\/missing.*404/ }).waitFor();
    await requests.filter({ hasText: /GET.*\/api\/answer.*200/ }).waitFor();
    await picture(page, "47-network");
    await page.keyboard.press("Tab");
    await page.keyboard.type("answer");
    await until("one request", 5_000, async () => (await requests.count()) === 2);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await until("the failed request alone", 5_000, async () => (await requests.count()) === 2);
    await requests.filter({ hasText: "/api/missing" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await console.getByText("No requests yet.").waitFor();
  });

  it("Full screen shows the app alone, and its end shows the workspace again", async () => {
    const { page, app } = await openProject(files);
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.getByRole("button", { name: "Full screen" }).press("Enter");
    await until("full screen", 5_000, () => page.evaluate<boolean>("document.fullscreenElement !== null"));
    expect(
      await page.evaluate<boolean>(
        `document.fullscreenElement.contains(document.querySelector('iframe[title="Preview"]'))`,
      ),
    ).toBe(true);
    const { width } = page.viewportSize() ?? { width: 0 };
    await until(
      "the width of the screen",
      5_000,
      async () => (await widthOf(page, 'iframe[title="Preview"]')) >= width,
    );
    await page.evaluate("document.exitFullscreen()");
    await until("the workspace", 5_000, async () => (await widthOf(page, 'iframe[title="Preview"]')) < width);
    await app().getByRole("heading", { name: "Home" }).waitFor();
  });
});

describe("the look", () => {
  it("The chat's width is moved by keyboard and kept for the next visit", async () => {
    const { page } = await openProject({ "a.md": "a" });
    const line = page.getByRole("separator", { name: "Width of the chat" });
    const before = Number(await line.getAttribute("aria-valuenow"));
    await line.focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
    expect(Number(await line.getAttribute("aria-valuenow"))).toBe(before + 72);
    await page.reload();
    await line.waitFor();
    expect(Math.round(await widthOf(page, "section[aria-label=Chat]"))).toBeGreaterThan(before + 60);
  });

  it("The theme follows the system, also after it was chosen otherwise and back", async () => {
    const { page } = await openProject({ "a.md": "a" });
    await page.getByRole("button", { name: "Use the dark theme" }).click();
    await page.getByRole("button", { name: "Use the light theme" }).click();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("button", { name: "Use the light theme" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Use the light theme" }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toContain("dark");
  });

  it("With forced colours the bar of the day's budget is still to be seen", async () => {
    const { page } = await openProject({ "a.md": "a" });
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto("/settings");
    await page.getByText("today").first().waitFor();
    const [bar, behind] = await page.evaluate<string[]>(
      `[".bar", ".bar-track"].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor)`,
    );
    expect(bar).not.toBe(behind);
  });

  it("The activity describes each action without an id", async () => {
    const { page } = await openProject({ "a.md": "a" });
    await page.goto("/settings/activity");
    const activity = page.getByRole("list", { name: "Activity" });
    await activity.getByText("Created project “Tools”").waitFor();
    expect(await activity.textContent()).not.toMatch(/\b(?:prj|tok|usr|ses|whk|trg)_/);
  });
});

describe("a large project", () => {
  it("A tree of many files has few elements, tells its size, and is walked by keyboard to its end", async () => {
    const names = Array.from({ length: 400 }, (_, index) => `src/file-${String(index).padStart(3, "0")}.ts`);
    const { page, editor } = await openProject(Object.fromEntries(names.map((name) => [name, "x\n"])), "?view=code");
    const tree = page.getByRole("tree", { name: "Files" });
    const first = tree.getByRole("treeitem", { name: "src", exact: true });
    await first.waitFor();
    expect(await tree.getByRole("treeitem").count()).toBeLessThan(80);
    await first.focus();
    await page.keyboard.press("End");
    const last = tree.getByRole("treeitem", { name: "src/file-399.ts", exact: true });
    await until("the focus on the last row", 10_000, () => hasFocus(page, "src/file-399.ts"));
    expect(await last.getAttribute("aria-posinset")).toBe("400");
    expect(await last.getAttribute("aria-setsize")).toBe("400");
    await page.keyboard.press("Enter");
    await editor("src/file-399.ts").waitFor();
    await page.keyboard.press("Escape");
    await last.focus();
    await page.keyboard.press("Home");
    await until("the focus on the first row", 10_000, () => hasFocus(page, "src"));
  });
});
