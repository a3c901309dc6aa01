// A person's own images and files: attached to a prompt, and in the project's tree.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, fileContent, fileEntry } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;
let folder: string;

beforeAll(async () => {
  // One model has a price, so that prompts offer a choice of two models.
  const variables = { MODEL_DEEP: "claude-opus-5-5" };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edgesmith-files-"));
});

afterEach(async () => {
  await visit.close();
  rmSync(folder, { recursive: true, force: true });
  expect(visit.complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function openProject(files: Record<string, string>, query = "") {
  const id = await newProject(caller, "Own files");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${id}${query}`);
  const workspace = workspaceOf(visit.page);
  await workspace.prompt.waitFor();
  const paths = async () => {
    const list = z.object({ data: z.array(fileEntry) });
    return (await caller.expect(list, 200, `/v1/projects/${id}/files`)).data.map(({ path }) => path);
  };
  return { ...workspace, id, paths };
}

/**
 * Pastes an image of noise, which no format compresses, into the page's box: 3,000 × 1,400 pixels are about 12 MB as a
 * PNG.
 */
const pasteNoise = (page: Page) =>
  page.evaluate<number>(`(async () => {
    const canvas = new OffscreenCanvas(3_000, 1_400);
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(3_000, 1_400);
    for (let at = 0; at < pixels.data.length; at += 65_536)
      crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
    context.putImageData(pixels, 0, 0);
    const blob = await canvas.convertToBlob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], "noise.png", { type: "image/png" }));
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector("textarea").dispatchEvent(paste);
    return blob.size;
  })()`);

/** Simulates the drag events of a browser when a person drops files from the desktop. */
async function drop(page: Page, onto: Locator, files: string[]): Promise<void> {
  const box = await onto.boundingBox();
  if (box === null) throw new Error("nothing to drop onto");
  const devtools = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const type of ["dragEnter", "dragOver", "dragOver", "drop"] as const)
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data: { items: [], files, dragOperationsMask: 1 } });
}

describe("a prompt", () => {
  it("A prompt takes pasted pictures, scaled down, and picked and dropped texts by their content, and sends them", async () => {
    const { page, prompt, turn, paths } = await openProject({ "index.html": "<h1>Home</h1>" });
    const attachments = page.getByRole("list", { name: "Attachments" });
    expect(await pasteNoise(page)).toBeGreaterThan(6_000_000);
    const shown = attachments.locator("img");
    await shown.waitFor();
    expect(await page.evaluate("document.querySelector('ul[aria-label=Attachments] img').naturalWidth")).toBe(1_568);
    await page.getByLabel("Files to attach").setInputFiles([
      { name: "plan.bin", mimeType: "application/octet-stream", buffer: Buffer.from("Make it blue.\n") },
      { name: "broken.png", mimeType: "image/png", buffer: Buffer.from([0, 1, 2, 255]) },
    ]);
    await page.getByText("“broken.png” can't be attached: it is neither a picture nor a text file.").waitFor();
    writeFileSync(join(folder, "more.txt"), "And round.\n");
    await drop(page, prompt, [join(folder, "more.txt")]);
    await attachments.getByText("more.txt").waitFor();
    await picture(page, "47-attachments");
    await attachments.getByRole("button", { name: "Remove more.txt" }).click();
    await prompt.fill("@explainer What is in the picture?");
    await prompt.press("Enter");
    const sent = turn("completed").getByRole("img", { name: "Image 1 of this prompt" });
    await sent.waitFor();
    await page.reload();
    await sent.waitFor();
    const widthShown = () => page.evaluate<number>("document.querySelector('article img')?.naturalWidth ?? 0");
    await until("the picture is shown again", 20_000, async () => (await widthShown()) > 0);
    await attachments.waitFor({ state: "detached" });
    const attached = (await paths()).filter((path) => path.startsWith("attachments/"));
    expect(attached).toEqual([expect.stringMatching(/^attachments\/[\d-]+-plan\.bin$/)]);
  });

  it("A prompt that is sent again or edited keeps its pictures, its mode, its agent and its model", async () => {
    const { page, prompt, turn, id } = await openProject({ "index.html": "<h1>Home</h1>" });
    const attachments = page.getByRole("list", { name: "Attachments" });
    const option = (name: string) => page.getByRole("combobox", { name });
    const nextRun = () =>
      page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith(`/${id}/runs`));
    await pasteNoise(page);
    await attachments.locator("img").waitFor();
    await page.getByText("Ask", { exact: true }).click();
    await option("Agent").selectOption("explainer");
    await option("Model").selectOption("deep");
    await prompt.fill("What is in the picture?");
    const first = nextRun();
    await prompt.press("Enter");
    const sent: unknown = (await first).postDataJSON();
    expect(sent).toMatchObject({ mode: "ask", agent: "explainer", model: "deep", images: [{}] });
    await turn("completed").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
    // A page that is opened later knows only what the server stored about the prompt.
    await page.reload();
    const again = turn("completed").getByRole("button", { name: "Send again" });
    await again.waitFor();
    const second = nextRun();
    await again.focus();
    await page.keyboard.press("Enter");
    expect((await second).postDataJSON()).toEqual(sent);
    await until("the second answer", 60_000, async () => (await turn("completed").count()) === 2);
    const third = nextRun();
    await prompt.press("ArrowUp");
    expect(await prompt.inputValue()).toBe("What is in the picture?");
    // The page sends the prompt once the image is read.
    await prompt.press("Enter");
    expect((await third).postDataJSON()).toEqual(sent);
    await until("the third answer", 60_000, async () => (await turn("completed").count()) === 3);
  });

  it("A typed text is kept when an earlier prompt takes its place in the box, also over a reload", async () => {
    const { page, prompt, turn } = await openProject({ "index.html": "<h1>Home</h1>" });
    await prompt.fill("@explainer What is this?");
    await prompt.press("Enter");
    await turn("completed").waitFor();
    await prompt.fill("My own idea");
    await turn("completed").getByRole("button", { name: "Edit prompt" }).focus();
    await page.keyboard.press("Enter");
    expect(await prompt.inputValue()).toBe("@explainer What is this?");
    await page.reload();
    await page.getByText("What you typed is kept: My own idea").waitFor();
    const back = page.getByRole("button", { name: "Put it back" });
    await back.focus();
    await page.keyboard.press("Enter");
    await back.waitFor({ state: "detached" });
    expect(await prompt.inputValue()).toBe("My own idea");
  });

  it("The first page starts a project with a picture", async () => {
    visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    const { page } = visit;
    await page.goto("/");
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.waitFor();
    await pasteNoise(page);
    await page.getByRole("list", { name: "Attachments" }).locator("img").waitFor();
    await box.fill("@explainer What is in the picture?");
    await box.press("Enter");
    await page.waitForURL("**/projects/*");
    await page.getByRole("article").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
  });

  it("The first page sends a prompt once its picture is read, also where Enter was pressed before", async () => {
    visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    const { page } = visit;
    await page.goto("/");
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.waitFor();
    let read = () => {};
    const asked = new Promise<void>((resolve) => {
      read = resolve;
    });
    await page.route("**/assets/read-attachment-*.js", async (route) => {
      await asked;
      await route.continue();
    });
    await pasteNoise(page);
    await box.fill("@explainer What is in the picture?");
    await box.press("Enter");
    await page.locator("button[aria-busy=true]", { hasText: "Start" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    read();
    await page.waitForURL("**/projects/*");
    await page.getByRole("article").getByRole("img", { name: "Image 1 of this prompt" }).waitFor();
  });
});

describe("the gallery", () => {
  it("The gallery shows each template with its picture, and starts a project from one", async () => {
    visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    const { page } = visit;
    await page.goto("/");
    await page.getByRole("link", { name: "Templates" }).click();
    const gallery = page.getByRole("list", { name: "Templates" });
    await gallery.getByRole("listitem").last().scrollIntoViewIfNeeded();
    await until("all pictures", 10_000, () =>
      page.evaluate<boolean>("[...document.querySelectorAll('main img')].every((one) => one.naturalWidth > 0)"),
    );
    expect(await gallery.getByRole("listitem").count()).toBe(16);
    await gallery.getByRole("button", { name: "Start from this: Static page" }).click();
    await page.waitForURL("**/projects/*");
    await page.getByRole("tab", { name: "Code" }).click();
    await workspaceOf(page).file("index.html").waitFor();
  });
});

describe("the tree", () => {
  it("The tree takes dropped folders and chosen files, creates folders, and moves and renames by drag and by key", async () => {
    const { page, id, file, paths } = await openProject({ "src/a.ts": "a\n", "b.ts": "b\n" }, "?view=code");
    mkdirSync(join(folder, "pictures"));
    writeFileSync(join(folder, "pictures", "dot.bin"), Buffer.from([0, 255]));
    await drop(page, file("src"), [join(folder, "pictures")]);
    await file("src/pictures/dot.bin").waitFor();
    await page
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "c.ts", mimeType: "text/plain", buffer: Buffer.from("ö\n") }]);
    await file("c.ts").waitFor();
    await page
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "c.ts", mimeType: "text/plain", buffer: Buffer.from("o") }]);
    await page.getByText("Replaced c.ts. The previous version is in History.").waitFor();
    const stored = await caller.expect(fileContent, 200, `/v1/projects/${id}/files/src/pictures/dot.bin`);
    expect([stored.encoding, stored.content]).toEqual(["base64", "AP8="]);
    await page.getByRole("button", { name: "New folder" }).click();
    await page.getByRole("textbox", { name: "Path" }).fill("lib");
    await page.keyboard.press("Enter");
    await file("lib").waitFor();
    await file("b.ts").dragTo(file("lib"));
    await file("lib/b.ts").waitFor();
    await file("src").focus();
    await page.keyboard.press("F2");
    await page.getByRole("textbox", { name: "Path" }).fill("app");
    await page.keyboard.press("Enter");
    await file("app/pictures/dot.bin").waitFor();
    await picture(page, "48-tree");
    expect(await paths()).toEqual(["app/a.ts", "app/pictures/dot.bin", "c.ts", "lib/.gitkeep", "lib/b.ts"]);
  });

  it("Open files have tabs that mark unsaved changes, and are switched and closed by keyboard", async () => {
    const long = "a-name-that-is-wider-than-the-screen-of-a-phone-whatever-its-font.ts";
    const { page, file, editor } = await openProject({ [long]: "a\n", "b.ts": "b\n" }, "?view=code");
    const tabs = page.getByRole("navigation", { name: "Open files" });
    await file(long).click();
    await editor(long).press("x");
    await file("b.ts").click();
    await editor("b.ts").waitFor();
    await tabs.getByRole("button", { name: `${long} edited` }).focus();
    await page.keyboard.press("ArrowRight");
    await until("the focus on the second tab", 10_000, () =>
      page.evaluate<boolean>(`document.activeElement?.dataset.open === "b.ts"`),
    );
    await page.setViewportSize({ width: 360, height: 740 });
    // Formerly the hidden part of a long name widened the whole page.
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
    await page.setViewportSize({ width: 1_440, height: 900 });
    await page.keyboard.press("Delete");
    await editor(long).getByText("xa").waitFor();
    expect(await tabs.getByRole("listitem").count()).toBe(1);
    await page.reload();
    await tabs.getByRole("button", { name: `${long} edited` }).waitFor();
    await tabs.getByRole("button", { name: `Close ${long}` }).click();
    await tabs.waitFor({ state: "detached" });
    await page.getByText("Select a file to view or edit").waitFor();
  });

  it("A file is formatted on saving where the project configures Prettier, and findings of the build are marked", async () => {
    const files = {
      ".prettierrc": '{ "semi": false }',
      "index.html": '<h1>Home</h1><script type="module" src="/src/a.ts"></script>',
      "src/a.ts": "const a: number = 'text';\nconsole.log(a);\n",
    };
    const { page, editor } = await openProject(files, "?view=code&file=src/a.ts");
    await page.locator(".cm-lint-marker-error").waitFor({ timeout: 60_000 });
    await editor("src/a.ts").press("ControlOrMeta+Home");
    await page.keyboard.insertText("const  b = 1;\n");
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    await editor("src/a.ts").getByText("const b = 1", { exact: true }).waitFor();
    await editor("src/a.ts").getByText('const a: number = "text"', { exact: true }).waitFor();
  });
});
