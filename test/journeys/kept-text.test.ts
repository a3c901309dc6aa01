// Typed text is never lost: edits survive a reload, a long prompt is sent in full, and a refused start leaves nothing
// behind.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, fileEntry, me } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
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
  const complaints = visit.complaints.filter((one) => !/^Failed to load resource.* (404|409|429) /.test(one));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function signedIn(size?: { width: number; height: number }): Promise<Page> {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, caller);
  return visit.page;
}

async function openFile(content: string) {
  const page = await signedIn();
  const id = await newProject(caller, "Kept");
  const write = (text: string) =>
    caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, {
      body: { operations: [{ op: "write", path: "a.md", content: text }] },
    });
  await write(content);
  await page.goto(`/projects/${id}?view=code&file=a.md`);
  const workspace = workspaceOf(page);
  await workspace.editor("a.md").waitFor();
  return { ...workspace, id, write };
}

/** Replaces a line of text in the editor. */
async function replaceLine(page: Page, line: string, by: string): Promise<void> {
  await page.locator(".cm-line", { hasText: line }).click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText(by);
}

describe("what was typed", () => {
  it("Unsaved edits survive a reload and a visit to another tab, with their undo history, until they are saved", async () => {
    const { page, editor, tab } = await openFile("one\ntwo\n");
    await replaceLine(page, "one", "edited");
    await page.getByText("Unsaved", { exact: true }).waitFor();
    await tab("History");
    await tab("Code");
    await editor("a.md").getByText("edited").waitFor();
    await editor("a.md").focus();
    await page.keyboard.press("ControlOrMeta+z");
    await editor("a.md").getByText("one").waitFor();
    await page.keyboard.press("ControlOrMeta+Shift+z");
    await page.reload();
    await editor("a.md").getByText("edited").waitFor();
    await page.getByText("Unsaved", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("Version 2", { exact: true }).first().waitFor();
    expect(await page.getByText("Unsaved", { exact: true }).count()).toBe(0);
  });

  it("A conflict shows both sides and the text before them, and saves the chosen one", async () => {
    const { page, editor, write } = await openFile("one\ntwo\nthree\n");
    await replaceLine(page, "two", "mine");
    await write("ONE\ntheirs\nthree\n");
    await page.getByText("The edits overlap.").waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    const compared = page.getByRole("region", { name: "Compare" });
    for (const text of ["mine", "two", "theirs", "ONE"]) await compared.getByText(text).first().waitFor();
    await picture(page, "43-conflict");
    const save = compared.getByRole("button", { name: "Save merged file" });
    expect(await save.isDisabled()).toBe(true);
    await compared.getByRole("radio", { name: "Both, mine first" }).check();
    await save.click();
    await page.getByText("Merged both changes.").waitFor();
    for (const line of ["ONE", "mine", "theirs"]) await editor("a.md").getByText(line, { exact: true }).waitFor();
  });

  it("Edits of adjacent lines merge without a question", async () => {
    const { page, editor, write } = await openFile("one\ntwo\nthree\n");
    await replaceLine(page, "two", "mine");
    await write("one\ntwo\ntheirs\n");
    await page.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByText("Merged both changes.").waitFor();
    for (const line of ["mine", "theirs"]) await editor("a.md").getByText(line, { exact: true }).waitFor();
  });

  it("A prompt longer than a message is sent whole, as a file that the prompt names", async () => {
    const page = await signedIn();
    await page.goto("/");
    const text = `@explainer What is this?\n${"A line of a long text.\n".repeat(2_000)}The last line.`;
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.fill(text);
    await page.getByText("sent as an attached file").waitFor();
    await box.press("Enter");
    await page.waitForURL("**/projects/*");
    const id = new URL(page.url()).pathname.split("/").at(-1);
    const files = z.object({ data: z.array(fileEntry) });
    const { data } = await caller.expect(files, 200, `/v1/projects/${id}/files`);
    expect(data.map(({ path }) => path)).toEqual([expect.stringMatching(/^attachments\/prompt-[\d-]+\.md$/)]);
    expect(data[0]?.bytes).toBe(Buffer.byteLength(text));
    await page
      .getByRole("article")
      .getByText(data[0]?.path ?? "")
      .first()
      .waitFor();
  });

  it("A refused start leaves no project behind, and its prompt in the box with the reason", async () => {
    const page = await signedIn();
    await page.goto("/settings");
    await page.getByRole("spinbutton", { name: "Daily budget, in dollars" }).fill("0");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Save $0" }).click();
    await page.getByText("Saved.").waitFor();
    await page.goto("/");
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.fill("Make a small game");
    await box.press("Enter");
    await page.getByRole("region", { name: "New app" }).getByRole("alert").waitFor();
    expect(await box.inputValue()).toBe("Make a small game");
    await page.reload();
    await page.getByText("No projects yet.").waitFor();
  });

  it("Arrow-up in the empty box edits the last prompt, Escape stops it, and its cost includes the received tokens", async () => {
    const page = await signedIn();
    const id = await newProject(caller, "Kept");
    await startRun(caller, id, "[[stream 20000 deltas at 10 ms]]");
    await page.goto(`/projects/${id}`);
    const workspace = workspaceOf(page);
    await workspace.turn("running").getByText("w1 w2 w3").waitFor();
    await workspace.prompt.focus();
    await page.keyboard.press("Escape");
    await workspace.turn("cancelled").getByText("Stopped.").waitFor();
    const { usage } = await caller.expect(me, 200, "/v1/me", {
      headers: { Cookie: caller.cookie, Origin: caller.appUrl },
    });
    expect(usage.today.outputTokens).toBeGreaterThan(1);
    await page.keyboard.press("ArrowUp");
    expect(await workspace.prompt.inputValue()).toBe("[[stream 20000 deltas at 10 ms]]");
    await page.goto("/settings/usage");
    await page.getByText("including stopped and failed ones").waitFor();
    await page.getByText(new Intl.NumberFormat("en-US").format(usage.today.outputTokens)).first().waitFor();
  });
});

describe("notes beside what was typed", () => {
  it("A toast covers neither the box nor its button, on a desk and on a phone", async () => {
    for (const size of [
      { width: 1440, height: 900 },
      { width: 360, height: 740 },
    ]) {
      const page = await signedIn(size);
      const id = await newProject(caller, "Kept");
      await startRun(caller, id, "@fullstack [[stream 3 deltas at 0 ms]]");
      await page.goto(`/projects/${id}`);
      const workspace = workspaceOf(page);
      await workspace.turn("completed").waitFor();
      await visit.context.grantPermissions(["clipboard-write", "clipboard-read"]);
      await workspace.turn("completed").getByRole("button", { name: "Copy prompt" }).focus();
      await page.keyboard.press("Enter");
      const toast = await page.getByText("Copied.").boundingBox();
      const send = await page.getByRole("button", { name: "Send", exact: true }).boundingBox();
      if (toast === null || send === null) throw new Error("the toast or the button is not shown");
      const isApart = toast.y + toast.height <= send.y || send.y + send.height <= toast.y;
      expect([size.width, isApart]).toEqual([size.width, true]);
      if (size.width === 360) await visit.close();
      else await visit.context.close();
    }
  });

  it("The router says when it is not sure, and another agent can be asked instead", async () => {
    const page = await signedIn();
    await page.goto("/");
    await page.getByRole("textbox", { name: "Describe an app" }).fill("photo gallery on the home page");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/projects/*");
    const note = page.getByRole("article").getByText(/^Not sure who fits best \(\d\d% match\)\.$/);
    await note.waitFor();
    await picture(page, "44-not-sure");
    await until("the end of the run", 60_000, async () => (await workspaceOf(page).turn("completed").count()) === 1);
    await page.getByRole("button", { name: /^Ask / }).first().click();
    await until("a second turn", 30_000, async () => (await page.getByRole("article").count()) === 2);
  });
});
