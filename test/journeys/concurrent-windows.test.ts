// One project in two browsers and a program: each sees the others' changes immediately.
import type { Browser, WebSocketRoute } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult, liveClose, run } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openSocket } from "../stage/socket.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { type Workspace, workspaceOf } from "./workspace.ts";

/** A page without the live feed polls every 30 s, so a change shown within this time was pushed. */
const atOnceMs = 3_000;
const otherWindow = "You, in another window";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let projectId: string;
let visits: Visit[] = [];

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
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
});

/** Opens the project in a separate browser. */
async function open(prepare?: (visit: Visit) => Promise<void>): Promise<Workspace & { visit: Visit }> {
  const visit = await newVisit(browser, testStack.stack.appUrl);
  visits.push(visit);
  await signIn(visit, caller);
  await prepare?.(visit);
  await visit.page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(visit.page);
  await workspace.prompt.waitFor();
  return { ...workspace, visit };
}

/** Opens a new project in two browsers that see each other. */
async function openTwice() {
  projectId = await newProject(caller, "Together");
  const [one, other] = await Promise.all([open(), open()]);
  for (const { others } of [one, other]) await others.getByText(otherWindow).waitFor();
  return [one, other] as const;
}

/** Writes files as a program would, with the account's token. */
const write = (files: Record<string, string>) =>
  caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, {
    body: {
      message: "By a program",
      operations: Object.entries(files).map(([path, content]) => ({ op: "write", path, content })),
    },
  });

/** Records every alert beside the code from now on, however briefly it appears. */
const recordAlerts = `
  globalThis.alerts = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node.matches?.('[role="alert"], :has([role="alert"])')) globalThis.alerts.push(node.textContent);
  }).observe(document.querySelector('section[aria-label="Code"]'), { childList: true, subtree: true });
`;

/** Discards the messages that an outage inevitably causes in a browser's console and in Pages. */
function ignoreOutageErrors() {
  const outage = /^Failed to load resource|^WebSocket connection to|^500 of [^ ]+ Error: Network connection lost/;
  for (const { complaints } of visits)
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !outage.test(one)));
}

describe("one project in two browsers", () => {
  it("A run shows in both browsers while it is running, wherever it was started", async () => {
    const [one, other] = await openTwice();
    await other.tab("Code");
    await one.prompt.fill("[[five steps]] [[slow 15 ms]]");
    await one.prompt.press("Enter");
    await one.turn("running").waitFor();
    await other.turn("running").waitFor({ timeout: atOnceMs });
    await other.turn("running").getByText("Step 1 of 5: I write").waitFor({ timeout: atOnceMs });
    await other.turn("running").getByText("Step 2 of 5: I write").waitFor();
    await other.page.locator('[role="treeitem"][aria-busy="true"]').first().waitFor();
    await picture(other.page, "10-together");

    await one.turn("completed").waitFor({ timeout: 60_000 });
    await other.turn("completed").waitFor({ timeout: atOnceMs });
    const texts = await Promise.all([one, other].map((each) => each.turn("completed").textContent()));
    expect(texts[0]).toBe(texts[1]);
    for (const step of [1, 2, 3, 4, 5]) expect(texts[1]?.split(`Step ${step} of 5: I write`)).toHaveLength(2);
    await other.tab("History");
    await other.page.getByRole("button", { name: "Version 5 Step 5 of 5" }).waitFor({ timeout: atOnceMs });
    expect(await other.revisions.count()).toBe(5);

    // The same for a run that a program starts and that ends before the page can request it.
    const body = { prompt: "Say hello", agent: "fullstack", mode: "ask" };
    const started = await caller.expect(run, 202, `/v1/projects/${projectId}/runs`, { body });
    for (const each of [one, other])
      await each.page
        .locator(`article[data-run="${started.id}"][data-status="completed"]`)
        .waitFor({ timeout: atOnceMs * 2 });
  });

  it("A program's change shows in both browsers and keeps unsaved text", async () => {
    const [one, other] = await openTwice();
    await write({ "notes.md": "The first text\n" });
    for (const each of [one, other]) {
      await each.tab("Code");
      await each.file("notes.md").click({ timeout: atOnceMs });
      await each.editor("notes.md").getByText("The first text").waitFor();
    }
    await other.editor("notes.md").press("ControlOrMeta+End");
    await other.page.keyboard.insertText("What I was about to write\n");
    await other.page.getByText("Unsaved", { exact: true }).waitFor();

    await write({ "notes.md": "Changed by a program\nThe first text\n", "more.md": "More" });
    await one.editor("notes.md").getByText("Changed by a program").waitFor({ timeout: atOnceMs });
    await one.file("more.md").waitFor({ timeout: atOnceMs });
    await other.file("more.md").waitFor({ timeout: atOnceMs });
    await other.page.getByText("Someone changed this file while you were editing.").waitFor({ timeout: atOnceMs });
    await other.editor("notes.md").getByText("What I was about to write").waitFor();
    await picture(other.page, "11-changed-elsewhere");

    await other.page.getByRole("button", { name: "Merge" }).click();
    for (const text of ["Changed by a program", "The first text", "What I was about to write"]) {
      await other.editor("notes.md").getByText(text).waitFor();
      await one.editor("notes.md").getByText(text).waitFor({ timeout: atOnceMs });
    }
    await one.tab("History");
    await one.page.getByRole("button", { name: "Version 3 Edit notes.md" }).waitFor({ timeout: atOnceMs });
  });

  it("A page does not report its own save as somebody else's change", async () => {
    const [one, other] = await openTwice();
    await write({ "notes.md": "0" });
    for (const each of [one, other]) {
      await each.tab("Code");
      await each.file("notes.md").click({ timeout: atOnceMs });
      await each.page.evaluate(recordAlerts);
    }
    // The response to the save arrives after the feed has reported it and the file was refetched.
    await one.page.route("**/batches", async (route) => {
      const refetched = one.page.waitForResponse(/\/files\/notes\.md$/);
      const response = await route.fetch();
      await refetched;
      await route.fulfill({ response });
    });
    for (const text of ["01", "012", "0123"]) {
      await one.editor("notes.md").press("ControlOrMeta+End");
      await one.page.keyboard.insertText(text.slice(-1));
      await one.page.keyboard.press("ControlOrMeta+s");
      await one.page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
      await one.editor("notes.md").getByText(text, { exact: true }).waitFor({ timeout: atOnceMs });
      await other.editor("notes.md").getByText(text, { exact: true }).waitFor({ timeout: atOnceMs });
    }
    for (const { page } of [one, other]) expect(await page.evaluate("globalThis.alerts")).toEqual([]);
  });

  it("Presence shows the other viewers, and removes them when they leave", async () => {
    const [one, other] = await openTwice();
    const headers = { ...caller.credentials };
    const listener = { onText: () => undefined, onEnd: () => undefined };
    const path = `/v1/projects/${projectId}/live`;
    const program = await openSocket({ port: testStack.stack.port, path, headers }, listener);
    await one.others.getByText("Test client (API token)").waitFor({ timeout: atOnceMs });
    expect(await one.others.count()).toBe(2);
    await picture(one.page, "12-presence");
    program.cut();
    await one.others.getByText("Test client (API token)").waitFor({ state: "detached" });
    await other.visit.context.close();
    await one.others.getByText(otherWindow).waitFor({ state: "detached", timeout: atOnceMs });
  });

  it("A page catches up after its connection was lost", async () => {
    const [one, other] = await openTwice();
    await other.tab("Code");
    await write({ "before.md": "Before" });
    await other.file("before.md").waitFor({ timeout: atOnceMs });
    await other.visit.context.setOffline(true);
    await other.page.getByRole("button", { name: "Live updates paused" }).waitFor();
    await write({ "meanwhile.md": "Meanwhile" });
    await one.tab("Code");
    await one.file("meanwhile.md").waitFor({ timeout: atOnceMs });
    expect(await other.file("meanwhile.md").count()).toBe(0);
    await other.visit.context.setOffline(false);
    await other.file("meanwhile.md").waitFor({ timeout: atOnceMs });
    await other.others.getByText(otherWindow).waitFor();
    ignoreOutageErrors();
  });

  it("The live feed reconnects after every way of closing, and misses nothing", async () => {
    projectId = await newProject(caller, "Together");
    const connections: WebSocketRoute[] = [];
    let isMute = false;
    const { page, tab, file, others } = await open(({ page: opened }) =>
      opened.routeWebSocket(/\/live/, (route) => {
        isMute = false;
        connections.push(route);
        const server = route.connectToServer();
        server.onMessage((message) => {
          if (!isMute) route.send(message);
        });
      }),
    );
    await tab("Code");
    const connected = (times: number) =>
      until(`connection ${times}`, 15_000, async () => connections.length === times && connections.at(-1));
    const first = await connected(1);
    await write({ "first.md": "" });
    await file("first.md").waitFor({ timeout: atOnceMs });

    await first.close({ code: liveClose.tooSlow });
    const second = await connected(2);
    expect(new URL(second.url()).searchParams.get("after")).toBe("1");

    const sessionRequest = page.waitForRequest("**/v1/auth/get-session");
    await second.close({ code: liveClose.signInAgain });
    await sessionRequest;
    await connected(3);
    await write({ "third.md": "" });
    await file("third.md").waitFor({ timeout: atOnceMs });

    // The connection is lost silently, so the page pings the server when it becomes visible again.
    isMute = true;
    await write({ "unheard.md": "" });
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await connected(4);
    await file("unheard.md").waitFor({ timeout: atOnceMs });
    expect(await others.count()).toBe(0);
  });

  it("The live feed reconnects after the runtime was killed", { timeout: 240_000 }, async () => {
    const both = await openTwice();
    testStack.stack.killWorkerd();
    for (const { page } of both) await page.getByRole("button", { name: "Live updates paused" }).waitFor();
    await testStack.stack.ready(90_000);
    for (const { others } of both) await others.getByText(otherWindow).waitFor({ timeout: 60_000 });
    await until("a batch", 30_000, async () => await write({ "after.md": "After" }).catch(() => null));
    for (const each of both) {
      await each.tab("Code");
      await each.file("after.md").waitFor({ timeout: atOnceMs });
    }
    ignoreOutageErrors();
  });

  it("A deleted project shows a notice and keeps unsaved text", async () => {
    const [one] = await openTwice();
    await write({ "notes.md": "A text\n" });
    await one.tab("Code");
    await one.file("notes.md").click({ timeout: atOnceMs });
    await one.editor("notes.md").press("ControlOrMeta+End");
    await one.page.keyboard.insertText("Not saved yet");
    expect((await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" })).status).toBe(204);
    for (const { page } of visits)
      await page
        .getByRole("alert")
        .getByText("This project was deleted or is no longer shared with you.")
        .waitFor({ timeout: atOnceMs });
    await one.editor("notes.md").getByText("Not saved yet").waitFor();
    await picture(one.page, "13-deleted");
    // The page offers no action that the server would refuse.
    for (const name of ["Project", "Publish", "New file", "Save"])
      expect([name, await one.page.getByRole("button", { name, exact: true }).count()]).toEqual([name, 0]);
    await one.page.keyboard.press("ControlOrMeta+k");
    await one.page.getByRole("option", { name: "Show keyboard shortcuts" }).waitFor();
    expect(await one.page.getByRole("option", { name: /share|publish|members/i }).count()).toBe(0);
    ignoreOutageErrors();
  });
});
