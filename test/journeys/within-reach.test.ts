// The workspace remains usable in every way: by keyboard and touch, on a phone, after a reload, and by dropping files.
import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult, fileContent, newInvitation } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { appOrigin, workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  await visit.close();
  const complaints = visit.complaints.filter((one) => !/^Failed to load resource.* 404 /.test(one));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const desk = { width: 1_440, height: 900 };
const phone = { width: 360, height: 740 };

async function signedIn(size = desk): Promise<Page> {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, caller);
  return visit.page;
}

const write = (id: string, files: Record<string, string>) =>
  caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, {
    body: { operations: Object.entries(files).map(([path, content]) => ({ op: "write", path, content })) },
  });

async function openProject(files: Record<string, string>, query = "", size = desk) {
  const page = await signedIn(size);
  const id = await newProject(caller, "Within reach");
  await write(id, files);
  await page.goto(`/projects/${id}${query}`);
  await page.getByRole("tablist", { name: "Workspace" }).waitFor();
  return { ...workspaceOf(page), id };
}

const pageOf = (title: string, more = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${more}</body></html>`;

/** Returns axe's violations on the page, except those of the app in the preview's frame, which is not ours. */
async function findings(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run({ exclude: ["iframe"] }, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    iframes: false,
  }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })))`);
}

/**
 * Takes screenshots of the page in both themes and at both widths. Expects no axe violation and no horizontal
 * scrolling.
 */
async function pictures(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? desk;
  for (const [width, size] of [
    [1_440, desk],
    [360, phone],
  ] as const) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${width}-${colorScheme}`);
      expect([name, width, colorScheme, await findings(page)]).toEqual([name, width, colorScheme, []]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
}

/** Presses Tab until the element with a name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()";
  await until(`the focus on ${name}`, 20_000, async () => {
    if ((await page.evaluate<string>(focused)).endsWith(name)) return true;
    await page.keyboard.press("Tab");
    return false;
  });
}

describe("attached files", () => {
  const note = { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("Make it blue.\n") };
  const other = { ...note, name: "other.txt" };
  const dot = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const shot = { name: "dot.png", mimeType: "image/png", buffer: dot };
  const attached = (page: Page) => page.getByRole("list", { name: "Attachments" });
  const attach = (page: Page, files: (typeof note)[]) => page.getByLabel("Files to attach").setInputFiles(files);

  /** Returns the number of attachments that the browser stores. */
  const keptIn = (page: Page) =>
    page.evaluate<number>(`(async () => {
      const known = await indexedDB.databases();
      if (!known.some(({ name }) => name === "edgesmith-attachments")) return 0;
      return new Promise((resolve, reject) => {
        const opening = indexedDB.open("edgesmith-attachments");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const counting = db.transaction("kept").objectStore("kept").count();
          counting.onsuccess = () => { db.close(); resolve(counting.result); };
        };
      });
    })()`);
  const keeps = (page: Page, count: number) =>
    until(`${count} kept files`, 10_000, async () => (await keptIn(page)) === count);

  it("Attached pictures and texts survive a reload with their order, until they are removed or sent", async () => {
    const { page, prompt, turn } = await openProject({ "index.html": pageOf("Home") });
    await prompt.fill("@explainer What is this?");
    await attach(page, [note, shot, other]);
    await attached(page).getByText("other.txt").waitFor();
    await keeps(page, 3);
    await page.reload();
    await attached(page).getByText("other.txt").waitFor();
    const names = await attached(page).locator("span[title]").allTextContents();
    expect(names).toEqual(["note.txt", "dot.png", "other.txt"]);
    expect(await prompt.inputValue()).toBe("@explainer What is this?");
    await pictures(page, "60-kept-attachments");
    await attached(page).getByRole("button", { name: "Remove other.txt" }).click();
    await keeps(page, 2);
    await page.reload();
    await attached(page).getByText("note.txt").waitFor();
    expect(await attached(page).getByText("other.txt").count()).toBe(0);
    await prompt.press("Enter");
    await turn("completed").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
    await keeps(page, 0);
    await page.reload();
    await turn("completed").waitFor();
    expect(await attached(page).count()).toBe(0);
  });

  it("A refused prompt keeps its files in its box and over a reload, and a file belongs to one box alone", async () => {
    const { page, prompt, id } = await openProject({ "index.html": pageOf("Home") });
    await attach(page, [note]);
    await attached(page).getByText("note.txt").waitFor();
    const second = await newProject(caller, "Second");
    await page.route("**/v1/projects/*/batches", (route) =>
      route.fulfill({ status: 404, json: { code: "not_found", status: 404, title: "No", detail: "No." } }),
    );
    await prompt.fill("Make it blue");
    await prompt.press("Enter");
    await page.getByRole("region", { name: "Chat" }).getByRole("alert").waitFor();
    await attached(page).getByText("note.txt").waitFor();
    await keeps(page, 1);
    await page.reload();
    await attached(page).getByText("note.txt").waitFor();
    await page.goto(`/projects/${second}`);
    await prompt.waitFor();
    await attach(page, [other]);
    await attached(page).getByText("other.txt").waitFor();
    expect(await attached(page).getByText("note.txt").count()).toBe(0);
    await page.goto(`/projects/${id}`);
    await attached(page).getByText("note.txt").waitFor();
  });

  it("Files attached on the start page survive a reload, and signing out removes them from the browser", async () => {
    const page = await signedIn();
    await page.goto("/");
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
    await attach(page, [note]);
    await attached(page).getByText("note.txt").waitFor();
    await keeps(page, 1);
    await page.reload();
    await attached(page).getByText("note.txt").waitFor();
    await pictures(page, "60-kept-on-start");
    await page.goto("/settings");
    await page.getByRole("button", { name: /^Sign out / }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await keeps(page, 0);
  });

  it("A browser without IndexedDB attaches and sends files as before", async () => {
    const { page, prompt, turn } = await openProject({ "index.html": pageOf("Home") });
    await page.addInitScript("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })");
    await page.reload();
    await attach(page, [shot]);
    await attached(page).getByText("dot.png").waitFor();
    await prompt.fill("@explainer What is this?");
    await prompt.press("Enter");
    await turn("completed").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
  });
});

describe("the preview on a phone", () => {
  const files = {
    "index.html": pageOf("Home", '<a href="/about.html">About</a>'),
    "public/about.html": pageOf("About us"),
  };
  const widthOf = async (page: Page) => (await page.locator('iframe[title="Preview"]').boundingBox())?.width ?? 0;

  it("A menu has Back, Forward, the screen sizes, the rotation and full screen, by touch and by keyboard", async () => {
    const { page, app } = await openProject(files, "?view=preview", phone);
    await app().getByRole("link", { name: "About" }).click();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    const more = page.getByRole("button", { name: "More for the preview" });
    const choose = async (name: string) => {
      await more.click();
      await page.getByRole("button", { name, exact: true }).click();
    };
    await choose("Back");
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await choose("Forward");
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await choose("Tablet 820×1180");
    await until("a tablet's width", 5_000, async () => (await widthOf(page)) === 820);
    await choose("Rotate");
    await until("its height as width", 5_000, async () => (await widthOf(page)) === 1_180);
    await more.press("Enter");
    await page.getByRole("button", { name: "Tablet 820×1180", pressed: true }).waitFor();
    await page.getByRole("button", { name: "Rotate", pressed: true }).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `61-preview-menu-360-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
    }
    const box = await page.getByRole("button", { name: "Full screen" }).boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 740).toBe(true);
    await tabTo(page, "Fit");
    await page.keyboard.press("Enter");
    await until("the panel's width", 5_000, async () => (await widthOf(page)) === 360);
    await more.press("Enter");
    await page.keyboard.press("Escape");
    expect(await more.getAttribute("aria-expanded")).toBe("false");
    await choose("Full screen");
    await until("full screen", 5_000, () => page.evaluate<boolean>("document.fullscreenElement !== null"));
    await page.evaluate("document.exitFullscreen()");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });
});

describe("versions", () => {
  const script = (path: string, content: string) =>
    `\`\`\`script\n${JSON.stringify([{ tools: [{ name: "write_files", input: { files: [{ path, content }] } }] }, { text: "Done." }])}\n\`\`\``;

  it("The publish dialog names the version that it publishes, what is not in it, and a version made meanwhile", async () => {
    const { page, id, tab, editor } = await openProject({ "index.html": pageOf("First"), "a.md": "one\n" });
    await startRun(caller, id, `Make it the second. ${script("index.html", pageOf("Second"))}`);
    await workspaceOf(page).turn("completed").waitFor();
    await tab("Code");
    await workspaceOf(page).file("a.md").click();
    await editor("a.md").click();
    await page.keyboard.insertText("unsaved ");
    await page.getByText("Unsaved", { exact: true }).waitFor();
    await page.goto(`/projects/${id}?view=preview&at=1`);
    await workspaceOf(page).app().getByRole("heading", { name: "First" }).waitFor();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^Version 2 will be published: /).waitFor();
    await dialog.getByText("“Make it the second.").waitFor();
    await dialog
      .getByText(/ago|now|today/)
      .first()
      .waitFor();
    await dialog.getByText("Unsaved edits of a.md are not in it.").waitFor();
    await dialog.getByText("You are viewing version 1.").waitFor();
    await write(id, { "index.html": pageOf("Third") });
    await dialog.getByText("Version 3 has been made since.").waitFor();
    await dialog.getByText(/^Version 2 will be published: /).waitFor();
    await pictures(page, "62-publish-version");
    await dialog.getByRole("button", { name: "Publish version 3 instead" }).click();
    await dialog.getByText(/^Version 3 will be published: /).waitFor();
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.getByText("Up to date.").waitFor({ timeout: 120_000 });
    await write(id, { "index.html": pageOf("Fourth") });
    await dialog.getByText(/^Version 4 will be published: /).waitFor();
  }, 300_000);

  it("A link to a version that does not exist says so, in the preview and in the history, with a way back", async () => {
    const { page, app } = await openProject({ "index.html": pageOf("Home") }, "?view=preview&at=99");
    await page.getByText("There is no version 99. The newest one is version 1.").waitFor();
    expect(await page.getByRole("button", { name: "Restore this version" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await pictures(page, "62-no-version");
    await page.getByRole("button", { name: "Back to current" }).click();
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await page.goto(page.url().replace(/\?.*/, "?view=history&revision=99"));
    await page.getByText("There is no version 99. The newest one is version 1.").waitFor();
    await page.getByRole("button", { name: "Show all versions" }).click();
    await page.getByRole("list", { name: "Versions" }).waitFor();
  });
});

describe("dropped files", () => {
  /** Drops a file onto an element, and returns whether the page prevented the browser from opening it. */
  const drop = (page: Page, selector: string) =>
    page.evaluate<boolean[]>(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["Make it blue."], "dropped.txt", { type: "text/plain" }));
      const element = document.querySelector(${JSON.stringify(selector)});
      return ["dragenter", "dragover", "drop"].map((type) => {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        element.dispatchEvent(event);
        return type === "dragenter" || event.defaultPrevented;
      });
    })()`);
  const all = [true, true, true];

  it("A file dropped onto the conversation is attached, and one dropped elsewhere never replaces the page", async () => {
    const { page, prompt } = await openProject({ "index.html": pageOf("Home") });
    const attached = page.getByRole("list", { name: "Attachments" });
    expect(await drop(page, "section[aria-label=Chat] > div")).toEqual(all);
    await attached.getByText("dropped.txt").waitFor();
    await attached.getByRole("button", { name: "Remove dropped.txt" }).click();
    expect(await drop(page, "textarea[data-composer]")).toEqual(all);
    await attached.getByText("dropped.txt").waitFor();
    expect(await attached.getByRole("listitem").count()).toBe(1);
    for (const beside of ["header", "[role=tablist]", "section[aria-label='App preview']"])
      expect([beside, ...(await drop(page, beside))]).toEqual([beside, ...all]);
    expect(await attached.getByRole("listitem").count()).toBe(1);
    await page.goto("/settings");
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await drop(page, "body")).toEqual(all);
    await page.goBack();
    await prompt.waitFor();
  });

  it("A file dropped onto the app that takes none replaces no page, and an app's own place for files works as it does published", async () => {
    const { app } = await openProject({
      "index.html": pageOf(
        "Home",
        `<input type="file"><p contenteditable>Text</p><div>Drop here</div>
        <script>
          const place = document.querySelector("div");
          place.ondragover = (event) => event.preventDefault();
          place.ondrop = (event) => { event.preventDefault(); place.textContent = event.dataTransfer.files[0].name; };
        </script>`,
      ),
    });
    await app().getByText("Drop here").waitFor();
    // Whether the page prevents the browser from opening a file that is dragged over an element, or dropped on it.
    const over = (selector: string) =>
      app()
        .locator("body")
        .evaluate<unknown, void>(`(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["a"], "own.txt"));
        const event = (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        const [dragged, dropped] = [event("dragover"), event("drop")];
        const element = document.querySelector("${selector}");
        element.dispatchEvent(dragged);
        element.dispatchEvent(dropped);
        return [dragged.defaultPrevented, dropped.defaultPrevented];
      })()`);
    expect(await over("h1")).toEqual([true, true]);
    expect(await over("input")).toEqual([false, false]);
    expect(await over("p")).toEqual([false, false]);
    expect(await over("div")).toEqual([true, true]);
    await app().getByText("own.txt").waitFor();
  });

  it("While a file is dragged over the chat, the chat says that it will be attached", async () => {
    const { page } = await openProject({ "index.html": pageOf("Home") });
    const over = (type: string) =>
      page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["a"], "a.txt"));
        document.querySelector("section[aria-label=Chat] > div").dispatchEvent(
          new DragEvent("${type}", { dataTransfer, bubbles: true, cancelable: true }));
      })()`);
    await over("dragenter");
    await page.getByText("Drop files to attach them").waitFor();
    await pictures(page, "63-drop-onto-chat");
    await over("dragleave");
    await page.getByText("Drop files to attach them").waitFor({ state: "detached" });
  });
});

describe("pointing", () => {
  it("A person who points at an element changes its margin, its padding and the size of its text", async () => {
    const { page, app, id } = await openProject({ "index.html": pageOf("Shop", "\n<p>Open</p>\n") }, "?view=preview");
    await app().getByText("Open").waitFor();
    await page.getByRole("button", { name: "Point at an element" }).click();
    await app().getByText("Open").click();
    const panel = page.getByRole("region", { name: "Point" });
    await panel.getByLabel("Margin").selectOption("24px");
    await panel.getByLabel("Padding").selectOption("8px");
    await panel.getByLabel("Text size").selectOption("20px");
    await pictures(page, "64-point");
    await panel.getByLabel("Padding").selectOption("");
    await panel.getByRole("button", { name: "Save" }).press("Enter");
    await panel.waitFor({ state: "detached" });
    const { content } = await caller.expect(fileContent, 200, `/v1/projects/${id}/files/index.html`);
    expect(content).toContain('<p style="margin: 24px; font-size: 20px">Open</p>');
    await until(
      "the size in the app",
      20_000,
      async () =>
        (await app().locator("body").evaluate("getComputedStyle(document.querySelector('p')).fontSize")) === "20px",
    );
  });
});

describe("a low window", () => {
  it("The app keeps a height in which one can point at it, beside pointing's panel and the console", async () => {
    const { page, app } = await openProject({ "index.html": pageOf("First") }, "?view=preview", {
      width: 740,
      height: 360,
    });
    await app().getByRole("heading", { name: "First" }).waitFor();
    await page.getByRole("button", { name: "Console", exact: true }).click();
    await page.getByRole("button", { name: "Point at an element" }).click();
    const panel = page.getByRole("region", { name: "Point" });
    await panel.waitFor();
    const frame = await page.locator('iframe[title="Preview"]').boundingBox();
    expect(frame?.height).toBeGreaterThanOrEqual(150);
    await app().getByRole("heading", { name: "First" }).click();
    await panel.getByLabel("Text", { exact: true }).fill("Second");
    await panel.getByRole("button", { name: "Save" }).click();
    await app().getByRole("heading", { name: "Second" }).waitFor();
    await page.getByRole("region", { name: "Console" }).getByRole("button", { name: "Clear" }).click();
  });
});

describe("Escape", () => {
  it("Escape stops the run from anywhere in the chat and keeps the typed text, unless an open dialog or menu takes the key", async () => {
    const { page, id, prompt, turn } = await openProject({ "index.html": pageOf("Home") });
    const stream = "[[stream 20000 deltas at 10 ms]]";
    await startRun(caller, id, stream);
    await turn("running").getByText("w1 w2 w3").waitFor();
    await prompt.fill("then this");
    // Escape outside of the chat, in an open dialog and during composition does not stop the run.
    await page.getByRole("tab", { name: "Preview", exact: true }).focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.evaluate(`document.querySelector("textarea[data-composer]").dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true, cancelable: true }))`);
    const pointing = page.getByRole("region", { name: "Point" });
    await page.getByRole("button", { name: "Point at an element" }).click();
    await pointing.waitFor();
    await prompt.press("Escape");
    await pointing.waitFor({ state: "detached" });
    await turn("running").waitFor();
    await prompt.press("Escape");
    await turn("cancelled").getByText("Stopped.").waitFor();
    expect(await prompt.inputValue()).toBe("then this");
    await startRun(caller, id, stream);
    await turn("running").getByText("w1 w2 w3").waitFor();
    await turn("running").getByText("w1 w2 w3").click();
    await page.keyboard.press("Escape");
    await turn("running").waitFor({ state: "detached" });
    expect(await turn("cancelled").count()).toBe(2);
  });
});

describe("the panes", () => {
  it("The file tree's width is moved by keyboard and by mouse, kept for the next visit, and reset by a double click", async () => {
    const { page } = await openProject({ "a.md": "a" }, "?view=code&file=a.md");
    const line = page.getByRole("separator", { name: "Width of the file tree" });
    const width = async () =>
      Math.round((await page.locator("section[aria-label=Code] > div").first().boundingBox())?.width ?? 0);
    const before = Number(await line.getAttribute("aria-valuenow"));
    expect(await width()).toBe(before);
    await line.focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
    expect(await width()).toBe(before + 72);
    const box = await line.boundingBox();
    if (box === null) throw new Error("no line");
    await page.mouse.move(box.x + 4, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x - 60, box.y + 200, { steps: 4 });
    await page.mouse.up();
    const moved = await width();
    expect(Math.abs(moved - (before + 72 - 64))).toBeLessThan(8);
    await page.reload();
    await line.waitFor();
    expect(await width()).toBe(moved);
    await pictures(page, "65-tree-width");
    await line.focus();
    await page.keyboard.press("End");
    await page.setViewportSize({ width: 800, height: 700 });
    const editor = async () => (await page.locator("section[aria-label=Code] > div").last().boundingBox())?.width ?? 0;
    await until("the editor's room", 5_000, async () => (await editor()) >= 240);
    await line.dblclick();
    expect(await width()).toBe(before);
    await page.setViewportSize(phone);
    await line.waitFor({ state: "hidden" });
  });
});

describe("who is here, and what a prompt cost", () => {
  it("Who else is here is read in words with the open file, by keyboard and by touch, also at 360 pixels", async () => {
    const { page, id } = await openProject({ "src/app.ts": "export {};\n" });
    const other = await newVisit(browser, testStack.stack.appUrl);
    const guest = await newCaller(testStack.stack);
    const { token } = await caller.expect(newInvitation, 201, `/v1/projects/${id}/invitations`, {
      body: { role: "editor" },
    });
    await signIn(other, guest);
    const accepted = await other.context.request.post("/v1/invitations/accept", {
      data: { token },
      headers: { Origin: guest.appUrl },
    });
    expect(accepted.status()).toBe(200);
    await other.page.goto(`/projects/${id}?view=code&file=src/app.ts`);
    const button = page.getByRole("button", { name: "Also here: 1 other" });
    await button.waitFor();
    const words = page.getByRole("list", { name: "Also viewing" }).getByText("Ada, in src/app.ts");
    await words.waitFor({ state: "attached" });
    await tabTo(page, "Also here: 1 other");
    await page.keyboard.press("Enter");
    const isSeen = () =>
      page.evaluate<boolean>("document.querySelector('ul[aria-label=\"Also viewing\"] li').offsetWidth > 60");
    await until("the words are seen", 5_000, isSeen);
    await pictures(page, "66-presence");
    await page.setViewportSize(phone);
    const box = await words.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
    await page.keyboard.press("Escape");
    await until("they are closed", 5_000, async () => !(await isSeen()));
    await button.click();
    await until("they are seen again", 5_000, isSeen);
    await page.getByRole("textbox", { name: "Describe what to build" }).click();
    await until("they are closed again", 5_000, async () => !(await isSeen()));
    await other.close();
  });

  it("The details of a turn's tokens are shown by keyboard and by touch", async () => {
    const { page, id, turn } = await openProject({ "index.html": pageOf("Home") });
    await startRun(caller, id, "[[text of 3 words]]");
    const cost = turn("completed").getByRole("button", { name: /tokens · \$/ });
    await cost.waitFor();
    expect(await cost.getAttribute("aria-expanded")).toBe("false");
    await cost.press("Enter");
    await turn("completed")
      .getByText(/input tokens? \(\d+ cached\), .* output token/)
      .waitFor();
    await pictures(page, "66-tokens");
    await cost.press("Enter");
    await turn("completed")
      .getByText(/output token/)
      .waitFor({ state: "detached" });
  });
});

describe("the history", () => {
  it("The list of versions to compare with loads older ones, and compares with one of them", async () => {
    const { page, id } = await openProject({ "a.md": "version 1\n" });
    for (let version = 2; version <= 40; version++) await write(id, { "a.md": `version ${version}\n` });
    await page.goto(`/projects/${id}?view=history&revision=40`);
    const other = page.getByRole("combobox", { name: "Compare version 40 with" });
    const choice = (name: string) => other.getByRole("option", { name, exact: true });
    await choice("Compare with version 12").waitFor({ state: "attached" });
    expect(await choice("Compare with version 3").count()).toBe(0);
    await other.selectOption("Load older versions");
    await choice("Compare with version 3").waitFor({ state: "attached" });
    // Loading must not select a version: the version still shows its own changes.
    expect(await other.inputValue()).toBe("");
    await page.getByText("version 39", { exact: true }).first().waitFor();
    expect(await choice("Load older versions").count()).toBe(0);
    await other.selectOption("Compare with version 3");
    await page.getByText("version 3", { exact: true }).first().waitFor();
    await page.getByText("version 40", { exact: true }).first().waitFor();
    expect(await page.getByText("version 39", { exact: true }).count()).toBe(0);
  });
});

describe("Ctrl + K", () => {
  const box = (page: Page) => page.getByRole("combobox", { name: "Find files, text and actions" });

  it("Ctrl + K that is pressed before the project is loaded opens the search once it is", async () => {
    const { page, id } = await openProject({ "src/app.ts": "one\n" });
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    await page.route(`**/v1/projects/${id}`, async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.keyboard.press("ControlOrMeta+k");
    expect(await box(page).count()).toBe(0);
    answer();
    await box(page).waitFor();
    await page.keyboard.press("Escape");
    await box(page).waitFor({ state: "detached" });
    // Neither the next project nor the next visit opens it again.
    await page.goto("/");
    await page.goto(`/projects/${id}`);
    await workspaceOf(page).prompt.waitFor();
    expect(await box(page).count()).toBe(0);
  });

  it("Text that is typed right after Ctrl + K goes into the search", async () => {
    const { page } = await openProject({ "src/app.ts": "one\n" });
    await page.route("**/assets/command-palette*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await route.continue();
    });
    await page.reload();
    await workspaceOf(page).prompt.click();
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("app.ts", { delay: 20 });
    await page.getByRole("option", { name: "src/app.ts" }).waitFor();
    expect(await box(page).inputValue()).toBe("app.ts");
    expect(await workspaceOf(page).prompt.inputValue()).toBe("");
  });
});

describe("notices that appear for seconds", () => {
  const covered = (page: Page) =>
    page.evaluate<
      string[]
    >(`[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=tab], [role=treeitem]")]
      .filter((control) => !control.closest(".toasts"))
      .filter((control) => {
        const { left, top, width, height } = control.getBoundingClientRect();
        return width > 0 && document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".toasts") != null;
      }).map((control) => control.ariaLabel ?? control.textContent)`);

  it.each([
    ["wide", desk],
    ["on a phone", phone],
  ])("They cover no tab, no button and no field, whatever is shown: %s", async (name, size) => {
    const { page, tab, id } = await openProject({ "index.html": pageOf("First") }, "?view=history&revision=1", size);
    await write(id, { "index.html": pageOf("Second"), "src/app.ts": "export {};\n" });
    await page.reload();
    await page.getByRole("button", { name: "Restore", exact: true }).click();
    const notice = page.locator(".toasts > *", { hasText: "Restored version 1." });
    await notice.waitFor();
    for (const view of ["History", "Code", "Preview", ...(size === phone ? ["Chat"] : [])]) {
      await tab(view);
      expect(await covered(page), `${name}: ${view}`).toEqual([]);
      await picture(page, `61-notice-${size.width}-${view.toLowerCase()}`);
    }
    expect(await notice.isVisible()).toBe(true);
    // The page ends above the notice, so that it does not even cover the app.
    const [shown, row] = [await page.getByRole("main").boundingBox(), await notice.boundingBox()];
    expect((shown?.y ?? 0) + (shown?.height ?? 0)).toBeLessThanOrEqual(row?.y ?? 0);
    expect(await page.evaluate("document.documentElement.scrollHeight")).toBe(size.height);
  });
});

describe("a notice that is in use", () => {
  it("It stays while its button has the focus, and goes once the focus has gone", async () => {
    const page = await signedIn();
    const id = await newProject(caller, "Within reach");
    await write(id, { "index.html": pageOf("First") });
    await write(id, { "index.html": pageOf("Second") });
    await page.clock.install();
    await page.goto(`/projects/${id}?view=history&revision=1`);
    await page.getByRole("button", { name: "Restore", exact: true }).click();
    const undo = page.locator(".toasts").getByRole("button", { name: "Undo" });
    await undo.focus();
    await page.clock.fastForward(60_000);
    await page.evaluate("new Promise(requestAnimationFrame)");
    expect(await undo.isVisible()).toBe(true);
    await undo.blur();
    await page.clock.fastForward(60_000);
    await undo.waitFor({ state: "detached" });
  });
});

describe("a project that was just deleted", () => {
  it("Who goes back to it is told that it was deleted, and is shown nothing of it", async () => {
    const { page, editor } = await openProject({ "a.md": "gone" }, "?view=code&file=a.md");
    await editor("a.md").waitFor();
    await page.getByRole("button", { name: "Project", exact: true }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Project deleted" }).waitFor();
    await page.getByText("You deleted this project.").waitFor();
    expect(await page.getByRole("tab").count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "Go to your projects" }).click();
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  });
});

describe("a preview link that has expired", () => {
  it("Its page says so, and that the current version is opened instead", async () => {
    const { page, app, id } = await openProject({ "index.html": pageOf("First") });
    await app().getByRole("heading", { name: "First" }).waitFor();
    const address = await appOrigin(page);
    await write(id, { "index.html": pageOf("Second") });
    const stranger = await newVisit(browser, testStack.stack.appUrl);
    await signIn(stranger, caller);
    await stranger.page.goto(address);
    await stranger.page.getByRole("heading", { name: "This preview link has expired" }).waitFor();
    await stranger.page.getByText("opens the current version, which may be newer").waitFor();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await stranger.context.route("**/v1/projects/*/preview*", async (route) => {
      await opened;
      await route.continue();
    });
    const [tab] = await Promise.all([
      stranger.page.waitForEvent("popup"),
      stranger.page.getByRole("link", { name: "Open the current version in a new tab" }).click(),
    ]);
    await tab.getByRole("heading", { name: "Opening the current version" }).waitFor();
    await tab.getByText("The preview link has expired.").waitFor();
    await pictures(tab, "62-opening-the-current-version");
    open();
    await tab.getByRole("heading", { name: "Second" }).waitFor();
    await stranger.close();
  });
});
