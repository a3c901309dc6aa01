// The workspace's tools: the command palette, the preview's bar, the width of the chat, and the theme.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { openReader } from "../faults/reader.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { uniquePrompt } from "../stage/unique-prompt.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  // One model has a price, so that prompts offer a choice of two models.
  const variables = { MODEL_DEEP: "claude-opus-5-5" };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
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
    await page.route("**/search?*", (route) =>
      route.fulfill({ status: 429, json: { code: "rate_limited", message: "Wait." } }),
    );
    await box.fill("a search that is refused");
    await page.getByText("Couldn't search the files.").waitFor();
    // The browser's console logs the refusal.
    visit.complaints.length = 0;
    await page.unroute("**/search?*");
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
    "public/about.html": html("About us", '<script>console.warn("a warning"); console.log("a line")</script>'),
  };

  it("The address goes to a page of the app, and Back and Forward move in its history", async () => {
    const { page, app, id } = await openProject(files);
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
    await page.getByRole("button", { name: "Refresh preview" }).click();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    const operations = [{ op: "write", path: "public/about.html", content: html("About all of us") }];
    await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
    await app().getByRole("heading", { name: "About all of us" }).waitFor();
    // The address bar never leaves the app's own origin.
    await address.fill("//example.com/steal");
    await address.press("Enter");
    await app().getByRole("heading", { name: "About all of us" }).waitFor();
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
    await console.getByRole("searchbox", { name: "Filter the console" }).fill("");
    await console.getByRole("combobox", { name: "Level" }).selectOption("Info and worse");
    await console.getByText("a line").waitFor();
    await console.getByRole("button", { name: "Clear" }).click();
    await console.getByText("a warning").waitFor({ state: "detached" });
    await console.getByText("Network").click();
    await console.getByText("Log", { exact: true }).click();
    await console.getByText("No entry matches.").waitFor();
    expect(await console.getByText("a warning").count()).toBe(0);
  });

  it("A line of the console's log has most of the width of a phone", async () => {
    const { page, app } = await openProject({
      "index.html": html("Home", '<script>console.log("a line of some more words than one")</script>'),
    });
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole("tab", { name: "Preview" }).click();
    await page.getByRole("button", { name: "Console" }).click();
    const line = page.getByRole("region", { name: "Console" }).getByText("a line of some more words than one");
    await line.waitFor();
    await picture(page, "46-console-narrow");
    expect((await line.boundingBox())?.width).toBeGreaterThan(200);
  });

  it("The console lists the requests of the app's page, filters them and is cleared, by keyboard alone", async () => {
    const script = `<script type="module">
      await fetch("/api/answer");
      await fetch("/api/missing", { method: "POST" });
      await fetch("https://").catch(() => undefined);
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
    await requests.filter({ hasText: /GET.*https:\/\/.*failed/ }).waitFor();
    // The app handles its failure, so the workspace shows no error.
    expect(await page.getByRole("alert").count()).toBe(0);
    await picture(page, "47-network");
    await page.keyboard.press("Tab");
    await page.keyboard.type("answer");
    await until("one request", 5_000, async () => (await requests.count()) === 2);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await until("the failed requests alone", 5_000, async () => (await requests.count()) === 3);
    await requests.filter({ hasText: "/api/missing" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await console.getByText("No requests yet.").waitFor();
  });

  it("The console lists scripts, styles, pictures, fonts, connections and beacons, and which of them failed", async () => {
    const script = `<img src="/picture.svg" alt=""><img src="/missing.svg" alt=""><script type="module">
      import "/plain.js";
      const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/look.css" });
      document.head.append(styles);
      new WebSocket(location.origin.replace("http", "ws") + "/api/socket");
      const events = new EventSource("/api/events");
      events.onmessage = () => events.close();
      new EventSource("/api/none");
      navigator.sendBeacon("/api/beacon", "a secret body");
      document.fonts.load("16px Own").catch(() => undefined);
    </script>`;
    const { page, app } = await openProject({
      "index.html": html("Home", script),
      "public/look.css": '@font-face { font-family: Own; src: url("/own.woff2") } h1 { font-family: Own }',
      "public/plain.js": "document.body.dataset.plain = 'yes';",
      "public/picture.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      "src/server.ts": `export default { fetch: (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/events") return new Response("data: 1\\n\\n", { headers: { "content-type": "text/event-stream" } });
  if (pathname === "/api/beacon") return new Response(null, { status: 204 });
  return new Response("", { status: 404 });
} };\n`,
    });
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.getByRole("button", { name: "Console" }).click();
    await page.getByText("Network", { exact: true }).click();
    const console = page.getByRole("region", { name: "Console" });
    const requests = console.getByRole("table", { name: "Requests" }).getByRole("row");
    const rows = [
      /Picture.*GET.*\/picture\.svg.*200/,
      /Picture.*GET.*\/missing\.svg.*404/,
      /Script.*GET.*\.js.*200/,
      /Style.*GET.*\/look\.css.*200/,
      /Font.*GET.*\/own\.woff2.*404/,
      /Socket.*GET.*\/api\/socket.*failed/,
      /Events.*GET.*\/api\/events.*200/,
      /Events.*GET.*\/api\/none.*(failed|404)/,
      /Beacon.*POST.*\/api\/beacon.*204/,
    ];
    for (const row of rows) await requests.filter({ hasText: row }).first().waitFor();
    for (const row of rows) expect([row, await requests.filter({ hasText: row }).count()]).toEqual([row, 1]);
    expect(await console.getByText("secret").count()).toBe(0);
    await page
      .getByRole("alert")
      .getByText("Error in your app: Could not load /missing.svg", { exact: true })
      .waitFor();
    await picture(page, "47-network-kinds");
  });

  it("“Open in a new tab” opens the version that is viewed", async () => {
    const { page, app, id } = await openProject({ "index.html": html("Old home") });
    const operations = [{ op: "write", path: "index.html", content: html("New home") }];
    await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
    await page.goto(`/projects/${id}?view=preview&at=1`);
    await app().getByRole("heading", { name: "Old home" }).waitFor();
    const [old] = await Promise.all([
      visit.context.waitForEvent("page"),
      page.getByRole("button", { name: "Open in a new tab" }).click(),
    ]);
    await old.getByRole("heading", { name: "Old home" }).waitFor();
    await page.getByRole("button", { name: "Back to current" }).click();
    await app().getByRole("heading", { name: "New home" }).waitFor();
    const [current] = await Promise.all([
      visit.context.waitForEvent("page"),
      page.getByRole("button", { name: "Open in a new tab" }).click(),
    ]);
    await current.getByRole("heading", { name: "New home" }).waitFor();
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

  it("In full screen Tab goes into the app, also where it has nothing that takes the focus, and keys scroll it", async () => {
    const text = html("Long", '<div style="height:4000px">Words alone.</div>');
    const { page, app } = await openProject({ "index.html": text });
    await app().getByRole("heading", { name: "Long" }).waitFor();
    await page.getByRole("button", { name: "Full screen" }).press("Enter");
    await page.getByRole("button", { name: "End full screen" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Tab");
    await until("the focus in the app", 5_000, () =>
      page.evaluate<boolean>("document.activeElement.title === 'Preview'"),
    );
    await page.keyboard.press("PageDown");
    const frame = await (await page.locator('iframe[title="Preview"]').elementHandle())?.contentFrame();
    await until("the app scrolled", 5_000, async () => (await frame?.evaluate<boolean>("scrollY > 0")) === true);
    await page.keyboard.press("Shift+Tab");
    await page.getByRole("button", { name: "End full screen" }).press("Enter");
    await until("the workspace", 5_000, () => page.evaluate<boolean>("document.fullscreenElement === null"));
  });
});

describe("the editor", () => {
  it("The editor's search finds and replaces by keyboard alone, in the colours of the page", async () => {
    const { page, editor } = await openProject(
      { "a.md": "one apple\ntwo pears\nthree apples\n" },
      "?view=code&file=a.md",
    );
    await editor("a.md").press("ControlOrMeta+f");
    const find = page.getByRole("textbox", { name: "Find", exact: true });
    await page.keyboard.type("apple");
    await expect.poll(() => page.locator(".cm-searchMatch").count()).toBe(2);
    await page.keyboard.press("Enter");
    await page.locator(".cm-searchMatch-selected").waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("textbox", { name: "Replace", exact: true }).fill("plum");
    await page.getByRole("button", { name: "replace all" }).press("Enter");
    await editor("a.md").getByText("three plums").waitFor();
    const colours = `(() => {
      const styleOf = (selector) => getComputedStyle(document.querySelector(selector));
      const raised = document.createElement("p");
      raised.style.color = "var(--color-raised)";
      document.body.append(raised);
      const wanted = getComputedStyle(raised).color;
      raised.remove();
      return [styleOf(".cm-search .cm-textfield").backgroundColor, styleOf(".cm-search .cm-button").backgroundColor, wanted];
    })()`;
    const [field, button, wanted] = await page.evaluate<string[]>(colours);
    expect([field, button]).toEqual([wanted, wanted]);
    await picture(page, "48-search");
    await find.press("Escape");
    await find.waitFor({ state: "detached" });
    await page.getByText("Unsaved", { exact: true }).waitFor();
  });

  it("A long line that is scrolled sideways passes below the line numbers", async () => {
    const { page, editor } = await openProject(
      { "a.txt": `${"a long line ".repeat(60)}\nshort\n` },
      "?view=code&file=a.txt",
    );
    await editor("a.txt").press("ControlOrMeta+Home");
    const box = await page.locator(".cm-gutters").boundingBox();
    if (box === null) throw new Error("The editor has no line numbers.");
    // The last pixel column overlaps with the text.
    const clip = { ...box, width: Math.floor(box.width) - 2 };
    const before = await page.screenshot({ clip });
    const scroll = `(() => {
      const scroller = document.querySelector(".cm-scroller");
      scroller.scrollLeft = 90;
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(scroller.scrollLeft))));
    })()`;
    expect(await page.evaluate<number>(scroll)).toBe(90);
    expect((await page.screenshot({ clip })).equals(before)).toBe(true);
  });

  it("The editor opens each file that an agent writes, follows its end, and keeps the last one", async () => {
    const { page, prompt, tab, editor, turn } = await openProject({ "index.html": html("Home") });
    await page.setViewportSize({ width: 1440, height: 480 });
    await page.evaluate(`(() => {
      window.opened = [];
      window.followed = new Set();
      const labelOf = (box) => box.querySelector(".cm-content")?.getAttribute("aria-label");
      new MutationObserver(() => {
        for (const box of document.querySelectorAll(".cm-scroller")) {
          if (window.opened.at(-1) !== labelOf(box)) window.opened.push(labelOf(box));
        }
      }).observe(document.body, { subtree: true, childList: true });
      addEventListener("scroll", ({ target: box }) => {
        const isAtEnd = box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 120;
        if (isAtEnd && box.matches?.(".cm-scroller")) window.followed.add(labelOf(box));
      }, true);
    })()`);
    await tab("Code");
    await prompt.fill("[[five steps]] [[slow 40 ms]]");
    await prompt.press("Enter");
    await turn("completed").waitFor({ timeout: 90_000 });
    await editor("steps/5.txt").getByText("This line belongs to step five.").first().waitFor();
    await page.getByText("Version 6").first().waitFor();
    // The first files may be finished before the editor is loaded.
    const labels = [1, 2, 3, 4, 5].map((step) => `Editor, steps/${step}.txt`);
    const opened = await page.evaluate<string[]>("[...new Set(window.opened)]");
    expect(opened.length).toBeGreaterThan(1);
    expect(opened).toEqual(labels.slice(-opened.length));
    expect(await page.evaluate<string[]>("[...window.followed]")).toContain("Editor, steps/5.txt");
  });

  it("The editor shows the newest line of a long file that is opened in the middle of its writing", async () => {
    const { page, prompt, tab, editor, turn, stop } = await openProject({ "index.html": html("Home") });
    await page.setViewportSize({ width: 1440, height: 480 });
    const content = Array.from({ length: 700 }, (_, index) => `Line ${index + 1} of the long file.\n`).join("");
    const write = { name: "write_files", input: { files: [{ path: "long.txt", content }], message: "A long file" } };
    await tab("Code");
    await prompt.fill(`\`\`\`script\n${JSON.stringify([{ tools: [write], paceMs: 80 }])}\n\`\`\``);
    await prompt.press("Enter");
    const lateLine = editor("long.txt").getByText(/^Line (?:[6-9]\d|\d{3}) /);
    await lateLine.first().waitFor();
    await tab("Preview");
    await editor("long.txt").waitFor({ state: "detached" });
    await tab("Code");
    await lateLine.first().waitFor();
    const isAtEnd = `(({ scrollTop, scrollHeight, clientHeight }) => scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 120)(
      document.querySelector(".cm-scroller"))`;
    await expect.poll(() => page.evaluate<boolean>(isAtEnd), { timeout: 20_000 }).toBe(true);
    await page.getByText("Writing…", { exact: true }).first().waitFor();
    // After the person scrolls up, the position stays while the text grows, even if the end is still in view.
    await page.locator(".cm-scroller").hover();
    await page.mouse.wheel(0, -60);
    const state = `(({ scrollTop, scrollHeight }) => ({ scrollTop, scrollHeight }))(document.querySelector(".cm-scroller"))`;
    const read = () => page.evaluate<{ scrollTop: number; scrollHeight: number }>(state);
    const before = await read();
    await expect
      .poll(async () => (await read()).scrollHeight, { timeout: 20_000 })
      .toBeGreaterThan(before.scrollHeight + 200);
    expect(await page.evaluate<boolean>(isAtEnd)).toBe(false);
    // Back at the end, the editor follows the text again.
    await page.mouse.wheel(0, 100_000);
    await expect.poll(() => page.evaluate<boolean>(isAtEnd), { timeout: 20_000 }).toBe(true);
    const { scrollHeight } = await read();
    await expect.poll(async () => (await read()).scrollHeight, { timeout: 20_000 }).toBeGreaterThan(scrollHeight + 200);
    await expect.poll(() => page.evaluate<boolean>(isAtEnd), { timeout: 20_000 }).toBe(true);
    await stop.click();
    await turn("cancelled").waitFor({ timeout: 60_000 });
  });
});

describe("a prompt and its run", () => {
  it("The chat follows an answer until the person scrolls up, however little, and again from its end on", async () => {
    const { page, prompt, stop, turn } = await openProject({ "index.html": html("Home") });
    await page.setViewportSize({ width: 1440, height: 600 });
    const text = Array.from({ length: 400 }, (_, index) => `Paragraph ${index + 1} of a long answer.`).join("\n\n");
    await prompt.fill(`\`\`\`script\n${JSON.stringify([{ text, paceMs: 40 }])}\n\`\`\``);
    await prompt.press("Enter");
    type Position = { height: number; distance: number };
    const position = () =>
      page.evaluate<Position>(`(({ scrollHeight, scrollTop, clientHeight }) => ({
        height: scrollHeight,
        distance: scrollHeight - scrollTop - clientHeight,
      }))(document.querySelector("[role=feed]").parentElement)`);
    const grow = async () => {
      const { height } = await position();
      await expect.poll(async () => (await position()).height, { timeout: 20_000 }).toBeGreaterThan(height + 200);
    };
    await page.getByText("Paragraph 30 of").waitFor();
    await expect.poll(async () => (await position()).distance, { timeout: 20_000 }).toBeLessThan(80);
    await page.getByRole("region", { name: "Chat" }).hover();
    await page.mouse.wheel(0, -40);
    await grow();
    expect((await position()).distance).toBeGreaterThan(200);
    await page.getByRole("button", { name: "Jump to latest" }).click();
    await grow();
    await expect.poll(async () => (await position()).distance, { timeout: 20_000 }).toBeLessThan(80);
    await stop.click();
    await turn("cancelled").waitFor({ timeout: 60_000 });
  });

  it("The agent and the model of the next prompt can be read while a run can be stopped, also at 360 pixels", async () => {
    const { page, prompt, stop, turn } = await openProject({ "index.html": html("Home") }, "?view=chat");
    await prompt.fill("[[slow 200 ms]] [[text of 400 words]]");
    await prompt.press("Enter");
    await stop.waitFor();
    for (const width of [1_440, 360]) {
      await page.setViewportSize({ width, height: 640 });
      expect(await widthOf(page, "select[aria-label=Agent]")).toBeGreaterThan(50);
      expect(await widthOf(page, "select[aria-label=Model]")).toBeGreaterThan(90);
    }
    await stop.click();
    await turn("cancelled").waitFor({ timeout: 60_000 });
  });

  it("A prompt chooses its model beside the price of each, by keyboard alone", async () => {
    const { page, prompt, turn } = await openProject({ "index.html": html("Home") });
    const models = page.getByRole("combobox", { name: "Model" });
    const options = await models.getByRole("option").allTextContents();
    expect(options[0]).toBe("Agent's model");
    expect(options).toContainEqual(expect.stringMatching(/^Fast: \S+ \(free\)$/));
    expect(options).toContainEqual(
      expect.stringMatching(/^Deep: claude-opus-5-5 \(\$\d+ in and \$\d+ out per million tokens\)$/),
    );
    await models.focus();
    await page.keyboard.type("Deep");
    await until("the price in its title", 5_000, async () =>
      ((await models.getAttribute("title")) ?? "").startsWith("claude-opus-5-5: $"),
    );
    await prompt.fill("[[text of 20 words]]");
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/runs"));
    await prompt.press("Enter");
    expect((await sent).postDataJSON()).toMatchObject({ model: "deep" });
    await turn("completed").waitFor({ timeout: 60_000 });
    await page.locator(".stamp", { hasText: /tokens · \$/ }).waitFor();
  });

  it("A hidden page tells that a run has ended or failed, in its title and as a notification, until it is seen", async () => {
    const { page, prompt, turn } = await openProject({ "index.html": html("Home") });
    await page.evaluate(`(() => {
      window.notices = [];
      window.isHidden = false;
      Object.defineProperty(document, "hidden", { get: () => window.isHidden });
      window.Notification = class {
        static permission = "granted";
        constructor(title) { window.notices.push(title); }
        close() { window.notices.push("closed"); }
      };
    })()`);
    const hide = (isHidden: boolean) =>
      page.evaluate(`window.isHidden = ${isHidden}; document.dispatchEvent(new Event("visibilitychange"));`);
    const notices = () => page.evaluate<string[]>("window.notices");
    const title = await page.title();
    await prompt.fill("[[five steps]] [[slow 15 ms]]");
    await prompt.press("Enter");
    await turn("running").waitFor();
    await hide(true);
    await expect.poll(notices, { timeout: 60_000, interval: 250 }).toEqual(["Done: Tools"]);
    expect(await page.title()).toBe("Done · Tools");
    await hide(false);
    expect(await notices()).toEqual(["Done: Tools", "closed"]);
    expect(await page.title()).toBe(title);
    await prompt.fill(uniquePrompt("[[five steps]] [[slow 15 ms]] [[refusal on step 2]]"));
    await prompt.press("Enter");
    await turn("running").waitFor();
    await hide(true);
    await expect.poll(notices, { timeout: 60_000, interval: 250 }).toEqual(["Done: Tools", "closed", "Failed: Tools"]);
  });

  it("A turn older than the newest fifty runs shows its cost and why it failed", async () => {
    const { page, id } = await openProject({ "index.html": html("Home") });
    const first = await startRun(caller, id, uniquePrompt("[[five steps]] [[refusal on step 2]] the very first"));
    const reader = openReader(testStack.stack.databaseUrl);
    try {
      const ended = async () => (await reader.run(first.id))?.status === "failed";
      await until("the failure", 60_000, ended);
      const answer = "SELECT count(*) FROM message WHERE run_id = $1";
      await until("the stored answer", 20_000, async () => (await reader.count(answer, first.id)) === 2);
      // Adds sixty later runs with two messages each.
      await reader.rows(
        `INSERT INTO run SELECT (jsonb_populate_record(r, jsonb_build_object(
             'id', 'run_7' || substr(r.id, 5, 21) || lpad(n::text, 4, '0'), 'prompt', 'later', 'created_at', r.created_at + n * interval '1 second'))).*
           FROM run r, generate_series(1, 60) n WHERE r.id = $1`,
        first.id,
      );
      await reader.rows(
        `INSERT INTO message SELECT (jsonb_populate_record(m, jsonb_build_object(
             'id', 'msg_7' || substr(m.run_id, 5, 21) || lpad((2 * n + CASE m.role WHEN 'user' THEN 0 ELSE 1 END)::text, 4, '0'),
             'run_id', 'run_7' || substr(m.run_id, 5, 21) || lpad(n::text, 4, '0'),
             'created_at', m.created_at + n * interval '1 second',
             'content', replace(m.content::text, 'the very first', 'later')::jsonb))).*
           FROM message m, generate_series(1, 60) n WHERE m.run_id = $1`,
        first.id,
      );
    } finally {
      await reader.close();
    }
    await page.reload();
    const turns = page.getByRole("article");
    await turns.first().waitFor();
    const oldest = turns.filter({ hasText: "the very first" });
    await until("the oldest turn", 60_000, async () => {
      // Runs in one step, since the button leaves the document as soon as the oldest messages are loaded.
      await page.evaluate(`(() => {
        const chat = document.querySelector("section[aria-label=Chat] .overflow-y-auto");
        chat.scrollTo({ top: 0 });
        const buttons = [...chat.querySelectorAll("button:enabled")];
        buttons.find(({ textContent }) => textContent === "Load older messages")?.click();
      })()`);
      return (await oldest.count()) === 1;
    });
    await oldest.getByText("Failed.").waitFor();
    await oldest.getByText("Rephrase your prompt.").waitFor();
    await oldest.locator(".stamp", { hasText: /tokens · \$/ }).waitFor();
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
    await line.focus();
    await page.keyboard.press("End");
    await page.setViewportSize({ width: 1_040, height: 900 });
    await until(
      "the preview's room",
      5_000,
      async () => (await widthOf(page, "section[aria-label='App preview']")) >= 390,
    );
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
