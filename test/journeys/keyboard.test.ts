// Each part of the workspace by keyboard alone: the page refuses any other input (keyboard.ts).
import type { Browser, Locator, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult, fileContent, newInvitation } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { type GitHostServer, startGitHost } from "../stage/git-host.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, signIn, type Visit } from "./browser.ts";
import { type Keys, keysAlone } from "./keyboard.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let gitHost: GitHostServer;
let caller: Caller;
let visits: Visit[] = [];

beforeAll(async () => {
  gitHost = await startGitHost();
  // One model has a price, so that prompts offer a choice of two models.
  const variables = { IMPORT_HOSTS: `gitea:${gitHost.host}`, MODEL_DEEP: "claude-opus-5-5" };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

afterEach(async () => {
  const complaints = visits.flatMap((visit) => visit.complaints);
  await Promise.all(visits.map((visit) => visit.close()));
  visits = [];
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
  gitHost.close();
});

/** Opens a page as an account in a new browser context that accepts only keys. */
async function open(address: string, account = caller): Promise<{ page: Page; keys: Keys }> {
  const visit = await newVisit(browser, testStack.stack.appUrl);
  visits.push(visit);
  await signIn(visit, account);
  await visit.page.goto(address);
  return { page: visit.page, keys: keysAlone(visit.page) };
}

async function projectOf(files: Record<string, string>): Promise<string> {
  const id = await newProject(caller, "Keys");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  return id;
}

async function openProject(files: Record<string, string>, query = "") {
  const id = await projectOf(files);
  const { page, keys } = await open(`/projects/${id}${query}`);
  const workspace = workspaceOf(page);
  await workspace.prompt.waitFor();
  const button = (name: string, within: Page | Locator = page) => within.getByRole("button", { name, exact: true });
  return { ...workspace, keys, id, button };
}

const contentOf = async (id: string, path: string): Promise<string> =>
  (await caller.expect(fileContent, 200, `/v1/projects/${id}/files/${path}`)).content;

const html = (title: string, more = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${more}</body></html>\n`;

const scriptOf = (...turns: object[]) => `\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``;

const writing = (path: string, content: string) =>
  scriptOf({ tools: [{ name: "write_files", input: { files: [{ path, content }] } }] }, { text: "Done." });

/** Opens another panel by its tab. */
async function showPanel({ page, keys }: { page: Page; keys: Keys }, name: string): Promise<void> {
  const tab = (wanted: { name?: string; selected?: boolean }) => page.getByRole("tab", { ...wanted, exact: true });
  await keys.reach(tab({ selected: true }));
  await keys.reach(tab({ name }), "ArrowRight");
}

/** Opens a file chooser with a key, and selects a file as a person would. */
async function chooseFile(page: Page, act: () => Promise<void>, name: string, content: Buffer): Promise<void> {
  const opened = page.waitForEvent("filechooser");
  await act();
  await (await opened).setFiles([{ name, mimeType: "", buffer: content }]);
}

it("A page that takes keys alone refuses a click, a tap, a filled field and a focus that is set", async () => {
  const { page, prompt, button } = await openProject({ "index.html": html("Home") });
  const cheats = [
    () => prompt.click(),
    () => page.click("textarea"),
    () => prompt.fill("Typed by nobody"),
    () => prompt.focus(),
    () => prompt.press("Enter"),
    () => button("Console").tap(),
    () => button("Console").hover(),
    () => page.getByLabel("Model").selectOption("deep"),
    () => page.mouse.click(5, 5),
    () => page.touchscreen.tap(5, 5),
    () => page.frameLocator('iframe[title="Preview"]').locator("h1").click(),
  ];
  for (const cheat of cheats) await expect(async () => cheat()).rejects.toThrow("by keyboard alone");
});

describe("by keyboard alone", () => {
  it("A prompt is undone and redone, and an earlier version compared, looked at and restored", async () => {
    const { page, keys, app, turn, prompt, button, id } = await openProject({ "index.html": html("First") });
    await keys.reach(prompt);
    await page.keyboard.insertText(writing("index.html", html("Second")));
    await keys.press("Enter");
    await app().getByRole("heading", { name: "Second" }).waitFor();
    await keys.enter(button("Show changes", turn("completed")), "Shift+Tab");
    await page.getByRole("region", { name: "Changes of this prompt" }).getByText("<h1>Second</h1>").first().waitFor();
    await keys.enter(button("Undo this prompt"));
    await keys.enter(button("Code only"));
    await app().getByRole("heading", { name: "First" }).waitFor();
    await keys.enter(button("Redo"));
    await app().getByRole("heading", { name: "Second" }).waitFor();

    await showPanel({ page, keys }, "History");
    await keys.enter(page.getByRole("list", { name: "Versions" }).getByRole("button", { name: /^Version 1 / }));
    await keys.reach(page.getByRole("combobox", { name: "Compare version 1 with" }));
    await keys.type("Compare with cur");
    await page.getByText("<h1>First</h1>").first().waitFor();
    await keys.enter(button("Preview"));
    await app().getByRole("heading", { name: "First" }).waitFor();
    await keys.enter(button("Back to current"));
    await app().getByRole("heading", { name: "Second" }).waitFor();
    // A headed browser goes back with Alt and the left arrow. A headless browser does not.
    await page.goBack();
    await keys.enter(button("Restore this version"));
    await page.getByText("Restored version 1.").waitFor();
    expect(await contentOf(id, "index.html")).toBe(html("First"));
  });

  it("A picture is pasted and a file attached to a prompt, and one is taken off again", async () => {
    const { page, keys, prompt, turn, button } = await openProject({ "index.html": html("Home") });
    const attachments = page.getByRole("list", { name: "Attachments" });
    const attach = button("Attach pictures or text files");
    await chooseFile(page, () => keys.enter(attach), "plan.txt", Buffer.from("Make it blue.\n"));
    await attachments.getByText("plan.txt").waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(`(async () => {
      const canvas = new OffscreenCanvas(40, 30);
      canvas.getContext("2d").fillRect(0, 0, 20, 20);
      await navigator.clipboard.write([new ClipboardItem({ "image/png": await canvas.convertToBlob() })]);
    })()`);
    await keys.reach(prompt, "Shift+Tab");
    await keys.press("ControlOrMeta+v");
    await attachments.locator("img").waitFor();
    await keys.enter(button("Remove plan.txt"), "Shift+Tab");
    await attachments.getByText("plan.txt").waitFor({ state: "detached" });
    await keys.reach(prompt);
    await keys.type("@explainer What is in the picture?");
    await keys.press("Enter");
    await turn("completed").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
  });

  it("Files are uploaded, moved into a new folder and renamed, opened in tabs and closed", async () => {
    const { page, keys, file, editor, button } = await openProject({ "a.ts": "a\n", "b.ts": "b\n" }, "?view=code");
    await keys.enter(button("Upload"));
    await chooseFile(page, () => keys.enter(button("Upload files")), "c.ts", Buffer.from("c\n"));
    await file("c.ts").waitFor();
    await keys.enter(button("New folder"), "Shift+Tab");
    await keys.type("lib");
    await keys.press("Enter");
    await file("lib").waitFor();
    await keys.reach(page.getByRole("tree", { name: "Files" }).locator('[tabindex="0"]'));
    await keys.reach(file("c.ts"), "ArrowDown");
    await keys.press("F2", "ControlOrMeta+a");
    await keys.type("lib/d.ts");
    await keys.press("Enter");
    await file("lib/d.ts").waitFor();
    await keys.reach(file("a.ts"), "ArrowUp");
    await keys.press("Enter");
    await editor("a.ts").waitFor();
    await keys.reach(file("b.ts"), "ArrowDown");
    await keys.press("Enter");
    await editor("b.ts").waitFor();
    const tabs = page.getByRole("navigation", { name: "Open files" });
    await keys.reach(tabs.getByRole("button", { name: "b.ts", exact: true }));
    await keys.press("ArrowLeft", "Enter");
    await editor("a.ts").waitFor();
    await keys.reach(tabs.getByRole("button", { name: "a.ts", exact: true }));
    await keys.press("Delete");
    await editor("b.ts").waitFor();
    await tabs.getByRole("button", { name: "a.ts", exact: true }).waitFor({ state: "detached" });
  });

  it("Elements of the app are pointed at, one changed, and an agent asked to change another", async () => {
    const { page, keys, app, turn, button, id } = await openProject({ "index.html": html("Shop", "<p>Open</p>\n") });
    await app().getByRole("heading", { name: "Shop" }).waitFor();
    const panel = page.getByRole("region", { name: "Point" });
    const point = button("Point at an element");
    await keys.enter(point);
    await panel.getByText("Click an element of your app").waitFor();
    await until("the app has the focus", 5_000, () =>
      page.evaluate<boolean>(`document.activeElement?.matches('iframe[title="Preview"]')`),
    );
    await keys.press("ArrowRight", "Enter");
    await panel.getByText("1 element chosen.").waitFor();
    await keys.reach(panel.getByLabel("Text", { exact: true }));
    await keys.press("ControlOrMeta+a");
    await keys.type("Corner shop");
    await keys.press("Enter");
    await app().getByRole("heading", { name: "Corner shop" }).waitFor();
    await panel.waitFor({ state: "detached" });
    expect(await contentOf(id, "index.html")).toContain("<h1>Corner shop</h1>");

    await keys.enter(point, "Shift+Tab");
    await until("the app has the focus", 5_000, () =>
      page.evaluate<boolean>(`document.activeElement?.matches('iframe[title="Preview"]')`),
    );
    await keys.press("ArrowRight", "ArrowRight", "Enter");
    await keys.reach(panel.getByLabel("Say what to change"));
    await keys.type("[[text of 3 words]] Say it in German");
    await keys.press("Enter");
    await turn("completed").waitFor();
    const asked = JSON.stringify(testStack.stack.model?.requests.at(-1)?.body.messages.at(-1));
    expect(asked.replaceAll("\\", "")).toContain('the <p> in index.html, line 4, column 1, with the text "Open"');
  });

  it("What an agent saw of the page is enlarged and closed", async () => {
    const { page, keys, prompt, turn, button } = await openProject({ "index.html": html("Seen") });
    await keys.reach(prompt);
    const looks = [{ tools: [{ name: "view_page", input: { path: "/" } }] }, { text: "I saw it." }];
    await page.keyboard.insertText(scriptOf(...looks));
    await keys.press("Enter");
    await turn("completed").getByText("I saw it.", { exact: true }).waitFor({ timeout: 60_000 });
    const seen = button("Enlarge: The page /, as the agent saw it");
    await keys.enter(seen, "Shift+Tab");
    const enlarged = page.getByRole("dialog").getByRole("img", { name: "The page /, as the agent saw it" });
    await enlarged.waitFor();
    await keys.press("Escape");
    await enlarged.waitFor({ state: "detached" });
    expect(await seen.and(page.locator(":focus")).count()).toBe(1);
  });

  it("The preview goes to an address, back and forward, to another width and to full screen, and shows its console", async () => {
    const { page, keys, app, button } = await openProject({
      "index.html": html("Home"),
      "public/about.html": html("About us", '<script>console.warn("a warning"); fetch("/about.html")</script>'),
    });
    const width = async () => (await page.locator('iframe[title="Preview"]').boundingBox())?.width ?? 0;
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await keys.reach(page.getByRole("textbox", { name: "Address in the app" }));
    await keys.type("about.html");
    await keys.press("Enter");
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await keys.enter(button("Back"), "Shift+Tab");
    await app().getByRole("heading", { name: "Home" }).waitFor();
    await keys.enter(button("Forward"));
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await keys.reach(page.getByRole("combobox", { name: "Screen size" }));
    await keys.type("Phone");
    await until("a phone's width", 5_000, async () => (await width()) === 390);
    await keys.enter(button("Rotate"));
    await until("its height as width", 5_000, async () => (await width()) === 844);
    const isFull = (expected: boolean) =>
      until(`full screen: ${expected}`, 5_000, async () => {
        const is = await page.evaluate<boolean>("document.fullscreenElement !== null");
        return is === expected;
      });
    const focused = (element: Locator) => element.and(page.locator(":focus")).waitFor();
    for (const end of ["Escape", "Enter"]) {
      await keys.enter(button("Full screen"));
      await isFull(true);
      await focused(button("End full screen"));
      await keys.press(end);
      await isFull(false);
      await focused(button("Full screen"));
    }
    await keys.enter(button("Console"));
    const console = page.getByRole("region", { name: "Console" });
    await console.getByText("a warning").first().waitFor();
    await keys.reach(console.getByRole("radio", { name: "Log" }));
    await keys.press("ArrowRight");
    await console.getByRole("row").filter({ hasText: "/about.html" }).first().waitFor();
    await keys.reach(button("Console"), "Shift+Tab");
    await keys.press("Enter");
    await console.waitFor({ state: "detached" });
  });

  it("A file and a text are found from everywhere, replaced, formatted and saved", async () => {
    const { page, keys, editor, id } = await openProject({
      ".prettierrc": '{ "semi": false }',
      "src/app.ts": "const one = 1;\n\nexport const   needle = one\n",
      "src/other.ts": "export {}\n",
    });
    const box = page.getByRole("combobox", { name: "Find files, text and actions" });
    await keys.press("ControlOrMeta+k");
    await box.waitFor();
    await keys.type("other");
    await page.getByRole("option", { name: "src/other.ts" }).waitFor();
    await keys.press("Enter");
    await editor("src/other.ts").waitFor();
    await keys.press("ControlOrMeta+k");
    await box.waitFor();
    // The palette lists the shortcuts dialog only once, as an action.
    await page.getByText("Show keyboard shortcuts").waitFor();
    expect(
      await page
        .getByRole("dialog")
        .getByText(/shortcuts/i)
        .count(),
    ).toBe(1);
    await keys.type("needle");
    await page.getByRole("option", { name: "src/app.ts:3" }).waitFor();
    await keys.press("Enter");
    await editor("src/app.ts").getByText("needle").waitFor();
    await keys.press("ControlOrMeta+f");
    await keys.reach(page.getByRole("textbox", { name: "Find", exact: true }));
    await keys.type("needle");
    await page.locator(".cm-searchMatch").waitFor();
    await keys.reach(page.getByRole("textbox", { name: "Replace", exact: true }));
    await keys.type("thread");
    await keys.enter(page.getByRole("button", { name: "replace all" }));
    await keys.press("Escape");
    await keys.press("Shift+Alt+f");
    await editor("src/app.ts").getByText("export const thread = one", { exact: true }).waitFor();
    await keys.press("ControlOrMeta+s");
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    expect(await contentOf(id, "src/app.ts")).toBe("const one = 1\n\nexport const thread = one\n");
  });

  it("The palette shares, publishes, undoes the last prompt and lists the shortcuts, as far as one may", async () => {
    const { page, keys, app, turn, prompt, button, id } = await openProject({ "index.html": html("First") });
    const box = page.getByRole("combobox", { name: "Find files, text and actions" });
    const option = (name: string | RegExp) => page.getByRole("option", { name });
    const choose = async (typed: string, name: string | RegExp) => {
      await keys.press("ControlOrMeta+k");
      await box.waitFor();
      await keys.type(typed);
      await option(name).and(page.locator('[aria-selected="true"]')).waitFor();
      await keys.press("Enter");
      await box.waitFor({ state: "detached" });
    };
    await keys.press("ControlOrMeta+k");
    await option("Share").waitFor();
    expect(await option(/^Undo/).count()).toBe(0);
    await keys.press("Escape");
    await keys.reach(prompt);
    await page.keyboard.insertText(writing("index.html", html("Second")));
    await keys.press("Enter");
    await turn("completed").waitFor();
    await app().getByRole("heading", { name: "Second" }).waitFor();
    await choose("undo", /^Undo the last prompt/);
    await keys.enter(button("Code only", page.getByRole("dialog", { name: "Undo this prompt?" })));
    await app().getByRole("heading", { name: "First" }).waitFor();
    await button("Undone in version 3").waitFor();
    await keys.press("ControlOrMeta+k");
    await option("Share").waitFor();
    expect(await option(/^Undo/).count()).toBe(0);
    await keys.press("Escape");
    await choose("shortcuts", "Show keyboard shortcuts");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Save the open file").waitFor();
    await keys.press("Escape");
    await choose("rename", "Rename the project");
    await page.getByRole("dialog", { name: "Rename project" }).waitFor();
    await keys.press("Escape");
    await choose("delete", "Delete the project");
    await page.getByRole("dialog", { name: "Delete “Keys”?" }).waitFor();
    await keys.press("Escape");
    await choose("share", "Share");
    await page.getByRole("dialog", { name: "Share “Keys”" }).getByLabel("Role", { exact: true }).waitFor();
    await keys.press("Escape");
    await choose("publish", "Publish");
    await page.getByRole("dialog", { name: /^Publish/ }).waitFor();
    await keys.press("Escape");

    const { token } = await caller.expect(newInvitation, 201, `/v1/projects/${id}/invitations`, {
      body: { role: "viewer" },
    });
    const viewer = await open(`/invitation#${token}`, await newCaller(testStack.stack));
    await viewer.keys.enter(viewer.page.getByRole("button", { name: "Join the project" }));
    await workspaceOf(viewer.page).prompt.waitFor();
    await viewer.keys.press("ControlOrMeta+k");
    await viewer.page.getByRole("option", { name: "Show members" }).waitFor();
    const names = await viewer.page.getByRole("option").allTextContents();
    expect(names.filter((name) => /publish|share|undo|data|app settings|rename|delete|agents/i.test(name))).toEqual([]);
  });

  it("Pages of the app are left and come back to by the browser's history, each as it was", async () => {
    const { page, keys, prompt, editor, id } = await openProject({ "index.html": html("Home") }, "?view=code");
    const heading = (name: string) => page.getByRole("heading", { level: 1, name });
    // A headed browser goes back with Alt and the left arrow. A headless browser does not.
    const back = () => page.goBack();
    const forward = () => page.goForward();
    await keys.reach(workspaceOf(page).file("index.html"));
    await keys.press("Enter");
    await editor("index.html").waitFor();
    await keys.reach(prompt, "Shift+Tab");
    await keys.type("Half a prompt");
    await keys.enter(page.getByRole("link", { name: "Settings", exact: true }), "Shift+Tab");
    await heading("Settings").waitFor();
    await keys.enter(page.getByRole("link", { name: "Edgesmith, your projects" }), "Shift+Tab");
    const start = page.getByRole("textbox", { name: "Describe an app" });
    await start.waitFor();
    await keys.reach(start);
    await keys.type("Half an app");
    await back();
    await heading("Settings").waitFor();
    await back();
    await editor("index.html").waitFor();
    expect(await prompt.inputValue()).toBe("Half a prompt");
    expect(page.url()).toContain(`/projects/${id}?`);
    await forward();
    await heading("Settings").waitFor();
    await forward();
    await start.waitFor();
    expect(await start.inputValue()).toBe("Half an app");
    await keys.enter(page.getByRole("link", { name: "Keys" }).first());
    await prompt.waitFor();
    await back();
    await start.waitFor();
    // The tab order continues within the page instead of starting over.
    await keys.reach(page.getByRole("link", { name: "Templates" }));
  });

  it("A template is started, the project duplicated, and a repository imported by its address", async () => {
    const { page, keys } = await open("/");
    await keys.enter(page.getByRole("link", { name: "Templates" }));
    await keys.enter(page.getByRole("button", { name: "Start from this: Static page" }));
    await page.getByRole("heading", { level: 1, name: "Static page" }).waitFor();
    await keys.enter(page.getByRole("button", { name: "Project", exact: true }));
    await keys.enter(page.getByRole("button", { name: "Duplicate", exact: true }));
    await page.getByRole("heading", { level: 1, name: "Static page copy" }).waitFor();
    await keys.enter(page.getByRole("link", { name: "Your projects" }));
    await keys.enter(page.getByRole("link", { name: "From an address" }));
    await keys.reach(page.getByLabel("Git repository"));
    await keys.type(`http://${gitHost.host}/acme/tea-shop`);
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "tea-shop" }).waitFor();
  });

  it("A person is invited as an editor, joins, is seen, and both comment; the rules are written and a model chosen", async () => {
    const id = await projectOf({ "index.html": html("Home") });
    const { id: run } = await startRun(caller, id, "[[text of 5 words]]");
    await (await caller.request(`/v1/runs/${run}/stream`)).text();
    const { page, keys } = await open(`/projects/${id}`);
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await keys.enter(button("Project"));
    await keys.enter(button("Share"));
    const dialog = page.getByRole("dialog", { name: "Share “Keys”" });
    await keys.reach(dialog.getByLabel("Role", { exact: true }));
    await keys.type("Edi");
    await keys.enter(dialog.getByRole("button", { name: "Create link" }));
    const link = await dialog.getByLabel("Invitation link", { exact: true }).textContent();
    await keys.press("Escape");
    await dialog.waitFor({ state: "detached" });

    const other = await newCaller(testStack.stack);
    const guest = await open(link ?? "", other);
    await guest.keys.enter(guest.page.getByRole("button", { name: "Join the project" }));
    await page.getByRole("list", { name: "Also viewing" }).getByText("Ada").first().waitFor();
    await guest.keys.enter(guest.page.getByRole("button", { name: "Comment", exact: true }));
    await guest.keys.reach(guest.page.getByRole("textbox", { name: "Comment" }));
    await guest.keys.type("Larger, please.");
    await guest.keys.press("Enter");
    await keys.enter(button("1 comment"));
    await page.getByText("Larger, please.").waitFor();

    await keys.reach(page.getByRole("combobox", { name: "Model" }));
    await keys.type("Deep");
    await showPanel({ page, keys }, "Code");
    await keys.enter(button("New file"));
    await keys.type("AGENTS.md");
    await keys.press("Enter");
    await keys.reach(workspaceOf(page).editor("AGENTS.md"));
    await keys.type("Use short names.");
    await keys.press("ControlOrMeta+s");
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    await keys.reach(workspaceOf(page).prompt, "Shift+Tab");
    await keys.type("[[text of 3 words]]");
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/runs"));
    await keys.press("Enter");
    expect((await sent).postDataJSON()).toMatchObject({ model: "deep" });
    await until("the second answer", 30_000, async () => (await workspaceOf(page).turn("completed").count()) === 2);
    const told = JSON.stringify(testStack.stack.model?.requests.at(-1)?.body);
    expect(told).toContain("Use short names.");
  });

  it("A person who may only view a project reaches a file's text and scrolls it", async () => {
    const id = await projectOf({ "long.txt": "A line\n".repeat(300) });
    const { token } = await caller.expect(newInvitation, 201, `/v1/projects/${id}/invitations`, {
      body: { role: "viewer" },
    });
    const { page, keys } = await open(`/invitation#${token}`, await newCaller(testStack.stack));
    await keys.enter(page.getByRole("button", { name: "Join the project" }));
    await showPanel({ page, keys }, "Code");
    await keys.reach(workspaceOf(page).file("long.txt"));
    await keys.press("Enter");
    await keys.reach(workspaceOf(page).editor("long.txt"));
    await keys.press("PageDown");
    const scrolled = () => page.evaluate<number>("document.querySelector('.cm-scroller').scrollTop");
    await until("the text is scrolled", 5_000, async () => (await scrolled()) > 0);
  });

  it("A run is stopped and its prompt edited, the chat widened, the theme changed, and turns are walked", async () => {
    const { page, keys, prompt, turn, button } = await openProject({ "index.html": html("Home") });
    await keys.reach(prompt);
    await keys.type("[[stream 20000 deltas at 10 ms]]");
    await keys.press("Enter");
    await turn("running").getByText("w1 w2 w3").waitFor();
    await keys.press("Escape");
    await turn("cancelled").getByText("Stopped.").waitFor();
    await keys.press("ArrowUp", "ControlOrMeta+a");
    await keys.type("[[text of 3 words]]");
    await keys.press("Enter");
    await turn("completed").waitFor();
    await keys.reach(button("Edit prompt", turn("completed")), "Shift+Tab");
    await keys.press("PageUp");
    expect(await turn("cancelled").and(page.locator(":focus")).count()).toBe(1);
    const line = page.getByRole("separator", { name: "Width of the chat" });
    await keys.reach(line);
    await keys.press("ArrowRight");
    await until("a wider chat", 5_000, async () => (await line.getAttribute("aria-valuenow")) === "472");
    await keys.enter(button("Use the dark theme"), "Shift+Tab");
    await button("Use the light theme").waitFor();
  });
});
