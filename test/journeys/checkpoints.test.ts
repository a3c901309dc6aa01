// A prompt as one step: viewing, undoing, restoring and previewing its changes.
import type { Browser } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult, fileContent } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
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
  // The console logs every rejected request, including the one that a test provokes.
  const complaints = visit.complaints.filter((one) => !/^Failed to load resource.* 409 /.test(one));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const page = (title: string) =>
  `<!doctype html><title>${title}</title><h1>${title}</h1>\n<p>A text</p>\n<p>The end</p>\n`;

const script = (path: string, content: string) =>
  `\`\`\`script\n${JSON.stringify([{ tools: [{ name: "write_files", input: { files: [{ path, content }] } }] }, { text: `Done: [the page](${path}#L2).` }])}\n\`\`\``;

const write = (id: string, content: string) =>
  caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, {
    body: { message: "By hand", operations: [{ op: "write", path: "index.html", content }] },
  });

const stored = async (id: string) =>
  (await caller.expect(fileContent, 200, `/v1/projects/${id}/files/index.html`)).content;

/** Opens a project with one version written by hand and one by a prompt. */
async function openTwoVersions() {
  caller = await newCaller(testStack.stack);
  const id = await newProject(caller, "Steps");
  await write(id, page("First"));
  await startRun(caller, id, script("index.html", page("Second")));
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${id}`);
  const workspace = workspaceOf(visit.page);
  await workspace.turn("completed").waitFor();
  await workspace.app().getByRole("heading", { name: "Second" }).waitFor();
  return { ...workspace, id };
}

describe("a prompt as one step", () => {
  it("A turn shows the changes of its prompt, undoes them by keyboard, and a toast restores them", async () => {
    const { page: shown, turn, app, id } = await openTwoVersions();
    await turn("completed").getByRole("button", { name: "Show changes" }).click();
    const changes = shown.getByRole("region", { name: "Changes of this prompt" });
    await changes.getByText("<h1>Second</h1>").first().waitFor();
    await picture(shown, "40-turn-changes");
    const undo = turn("completed").getByRole("button", { name: "Undo this prompt" });
    await undo.focus();
    await shown.keyboard.press("Enter");
    const dialog = shown.getByRole("dialog", { name: "Undo this prompt?" });
    await dialog.waitFor();
    await picture(shown, "40-undo-prompt");
    const focused = dialog.locator("button:focus", { hasText: "Code only" });
    for (let tabs = 0; tabs < 5 && !(await focused.isVisible()); tabs += 1) await shown.keyboard.press("Tab");
    await shown.keyboard.press("Enter");
    await app().getByRole("heading", { name: "First" }).waitFor();
    expect(await stored(id)).toBe(page("First"));
    await turn("completed").getByRole("button", { name: "Undone in version 3" }).waitFor();
    expect(await undo.count()).toBe(0);
    await shown.getByRole("button", { name: "Redo" }).click();
    await app().getByRole("heading", { name: "Second" }).waitFor();
    await undo.click();
    await dialog.getByRole("button", { name: "Code and preview data" }).click();
    await shown.getByText("Its code had not run on the preview's data.").waitFor();
    await app().getByRole("heading", { name: "First" }).waitFor();
    // The server stores that the prompt is undone, and reports it to every browser.
    await shown.evaluate(() => localStorage.clear());
    await shown.reload();
    await turn("completed").getByRole("button", { name: "Undone in version 5" }).waitFor();
    await turn("completed").getByRole("button", { name: "Restore to here" }).click();
    await undo.waitFor();
  });

  it("An undone first prompt leaves a preview without an app and without an error, and a redo shows the app again", async () => {
    caller = await newCaller(testStack.stack);
    const id = await newProject(caller, "Steps");
    await startRun(caller, id, script("index.html", page("First")));
    visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    await visit.page.goto(`/projects/${id}`);
    const { page: shown, turn, app } = workspaceOf(visit.page);
    await app().getByRole("heading", { name: "First" }).waitFor();
    await turn("completed").getByRole("button", { name: "Undo this prompt" }).click();
    await shown.getByRole("dialog").getByRole("button", { name: "Code only" }).click();
    await shown.getByText("No preview yet").waitFor();
    await turn("completed").getByRole("button", { name: "Undone in version 2" }).waitFor();
    // By then the build of the empty version has failed.
    await shown.waitForLoadState("networkidle");
    expect(await shown.getByRole("button", { name: "Fix it" }).count()).toBe(0);
    await picture(shown, "40-undone-first-prompt");
    await shown.reload();
    await shown.getByText("No preview yet").waitFor();
    await shown.waitForLoadState("networkidle");
    expect(await shown.getByRole("button", { name: "Fix it" }).count()).toBe(0);
    await turn("completed").getByRole("button", { name: "Restore to here" }).click();
    await app().getByRole("heading", { name: "First" }).waitFor();
  });

  it("An undo keeps later changes, and says so when the same lines were changed since", async () => {
    const { page: shown, turn, id } = await openTwoVersions();
    await write(id, page("Third"));
    await shown.getByText("Version 3", { exact: true }).first().waitFor();
    await turn("completed").getByRole("button", { name: "Undo this prompt" }).click();
    const dialog = shown.getByRole("dialog", { name: "Undo this prompt?" });
    await dialog.getByRole("button", { name: "Code only" }).click();
    await dialog.getByText("Later changes touched the same lines.").waitFor();
    expect(await stored(id)).toBe(page("Third"));
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await turn("completed").getByRole("button", { name: "Restore to here" }).click();
    await shown.getByText("Restored version 2.").waitFor();
    expect(await stored(id)).toBe(page("Second"));
    await write(id, page("Fifth"));
    await turn("completed").getByRole("button", { name: "Restore with data" }).click();
    const withData = shown.getByRole("dialog", { name: "Restore version 2 with its data?" });
    await withData.getByRole("button", { name: "Restore", exact: true }).click();
    await shown
      .getByText(/^Restored version 2\. (Its data is as it was|No later version had run on its data)\.$/)
      .waitFor();
    expect(await stored(id)).toBe(page("Second"));
    await withData.waitFor({ state: "detached" });
  });

  it("An undo of a prompt whose changes a restored version has taken away says that nothing is left to undo", async () => {
    const { page: shown, turn, id } = await openTwoVersions();
    expect((await caller.request(`/v1/projects/${id}/revisions/1/restore`, { method: "POST" })).status).toBe(201);
    await shown.getByText("Version 3", { exact: true }).first().waitFor();
    await turn("completed").getByRole("button", { name: "Undo this prompt" }).click();
    const dialog = shown.getByRole("dialog", { name: "Undo this prompt?" });
    await dialog.getByRole("button", { name: "Code only" }).click();
    await dialog.getByText("Nothing to undo: an earlier version was restored").waitFor();
    expect(await stored(id)).toBe(page("First"));
  });

  it("An undo says that later changes were kept only where there are some", async () => {
    const { page: shown, turn, id } = await openTwoVersions();
    const undo = turn("completed").getByRole("button", { name: "Undo this prompt" });
    const dialog = shown.getByRole("dialog", { name: "Undo this prompt?" });
    const redo = shown.getByRole("button", { name: "Redo" });
    await undo.click();
    await dialog.getByText("The files that it changed become what they were before.", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Code only" }).click();
    await shown.getByText("Undone.", { exact: true }).waitFor();
    await redo.click();
    // Adds two more versions that change nothing.
    await undo.click();
    await dialog.getByRole("button", { name: "Code only" }).click();
    await shown.getByText("Undone.", { exact: true }).waitFor();
    await redo.click();
    await undo.waitFor();
    await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, {
      body: { operations: [{ op: "write", path: "about.html", content: page("About") }] },
    });
    await shown.getByText("Version 7", { exact: true }).first().waitFor();
    await undo.click();
    await dialog.getByText("Later changes are kept.").waitFor();
    await dialog.getByRole("button", { name: "Code only" }).click();
    await shown.getByText("Undone. Later changes were kept.", { exact: true }).waitFor();
    expect(await stored(id)).toBe(page("First"));
  });

  it("The history groups versions by prompt, compares any two, and previews an old one before it is restored", async () => {
    const { page: shown, tab, turn, editor, app, id } = await openTwoVersions();
    // A link to a file in the agent's text opens the file in the workspace.
    await turn("completed").getByRole("button", { name: "the page", exact: true }).click();
    await editor("index.html").waitFor();
    await tab("History");
    const versions = shown.getByRole("list", { name: "Versions" });
    await versions.getByText("1 version", { exact: true }).waitFor();
    await versions.getByRole("button", { name: /^Version 1 / }).click();
    await shown.getByRole("combobox", { name: "Compare version 1 with" }).selectOption("Compare with current");
    await shown.getByText("<h1>First</h1>").waitFor();
    await shown.getByText("<h1>Second</h1>").first().waitFor();
    await picture(shown, "41-compare");
    await shown.getByRole("button", { name: "Preview", exact: true }).click();
    await shown.getByText("You're viewing version 1.").waitFor();
    await app().getByRole("heading", { name: "First" }).waitFor();
    await picture(shown, "42-old-version");
    // A reload keeps the previewed version, and restores nothing.
    await shown.reload();
    await app().getByRole("heading", { name: "First" }).waitFor();
    expect(await stored(id)).toBe(page("Second"));
    await shown.getByRole("button", { name: "Back to current" }).click();
    await app().getByRole("heading", { name: "Second" }).waitFor();
    await shown.goBack();
    await shown.getByRole("button", { name: "Restore this version" }).click();
    await shown.getByText("Restored version 1.").waitFor();
    await app().getByRole("heading", { name: "First" }).waitFor();
    expect(await stored(id)).toBe(page("First"));
  });
});
