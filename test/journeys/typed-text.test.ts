// Typed text is kept until the server accepts it: after a rejection, an outage or an expired session it can be sent
// again.
import type { Browser, Route } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { type Workspace, workspaceOf } from "./workspace.ts";

const password = "correct horse battery";

let testStack: TestStack;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  // The console logs rejected requests and lost connections; no other errors are allowed.
  const expected = /^Failed to load resource|^WebSocket connection to|^503 of /;
  const complaints = visit.complaints.filter((one) => !expected.test(one));
  await visit.close();
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

/** Opens a new project with these files, signed in. */
async function inProject(files: Record<string, string> = {}): Promise<Workspace> {
  visit = await newVisit(browser, testStack.stack.appUrl);
  const caller = await newCaller(testStack.stack);
  await signIn(visit, caller);
  const projectId = await newProject(caller, "Typed");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
  const body = { body: { operations } };
  if (operations.length > 0) await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, body);
  await visit.page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(visit.page);
  await workspace.prompt.waitFor();
  return workspace;
}

/** Rejects the next POST to a path when released, and lets later ones through. */
async function refuseOnce(path: string, status: number, body: object, headers: Record<string, string> = {}) {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isOver = false;
  const refuse = async (route: Route) => {
    if (isOver || route.request().method() !== "POST") return route.fallback();
    isOver = true;
    await held;
    await route.fulfill({ status, headers, contentType: "application/problem+json", body: JSON.stringify(body) });
  };
  await visit.page.route(path, refuse);
  return letGo;
}

describe("a prompt that is refused", () => {
  it("A rejected prompt returns before the text typed meanwhile, and shows the wait", async () => {
    const { page, prompt } = await inProject();
    const headers = { "RateLimit-Policy": '"runs";q=3;w=60', "Retry-After": "58" };
    const letGo = await refuseOnce("**/runs", 429, { code: "rate_limited", detail: "At most 3 a minute." }, headers);
    await prompt.fill("Make it blue");
    await prompt.press("Enter");
    await prompt.fill("Then make it round");
    letGo();
    await page.getByText("You've hit the limit of 3 prompts a minute. Try again in 58 seconds.").waitFor();
    expect(await prompt.inputValue()).toBe("Make it blue\n\nThen make it round");
    await picture(page, "14-refused");
  });

  it("A prompt over budget is rejected with a link to the settings", async () => {
    const { page, prompt } = await inProject();
    (await refuseOnce("**/runs", 429, { code: "budget_exceeded", detail: "" }))();
    await prompt.fill("Make it blue");
    await prompt.press("Enter");
    await page.getByRole("alert").getByRole("link", { name: "Settings" }).click();
    await page.waitForURL("**/settings");
  });
});

describe("a session that is over", () => {
  it("An expired session is explained at sign-in, which leads back to the prompt", async () => {
    visit = await newVisit(browser, testStack.stack.appUrl);
    const { page, context } = visit;
    const email = `${crypto.randomUUID()}@example.com`;
    await page.goto("/projects/prj_nowhere");
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    // After signing up, the browser opens the requested page, a project that does not exist.
    await page.waitForURL("**/projects/prj_nowhere");
    await page.goto("/");
    const box = page.getByRole("textbox", { name: "Describe an app" });
    await box.fill("A pond with frogs");
    await context.clearCookies();
    await box.press("Enter");
    await page.getByText("You've been signed out. Sign in to continue.").waitFor();
    await picture(page, "15-signed-out");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await box.waitFor();
    expect(await box.inputValue()).toBe("A pond with frogs");
  });
});

describe("a connection that is away", () => {
  it("An outage is shown on the page, and loses no prompt sent meanwhile, even when the tab is closed", async () => {
    const { page, prompt } = await inProject();
    await visit.context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await prompt.fill("Make it blue");
    await prompt.press("Enter");
    await page.getByRole("region", { name: "Chat" }).getByText("Can't reach the server.").waitFor();
    await until("the text is back", 10_000, async () => (await prompt.inputValue()) === "Make it blue");
    await picture(page, "16-offline");
    const other = await visit.context.newPage();
    const address = page.url();
    await page.close();
    await visit.context.setOffline(false);
    await other.goto(address);
    const reopened = workspaceOf(other);
    await until("the text", 10_000, async () => (await reopened.prompt.inputValue()) === "Make it blue");
  });

  it("Failed queries are refetched after an outage", async () => {
    const { page, tab, file, editor } = await inProject({ "notes.md": "What was noted" });
    await tab("Code");
    await file("notes.md").waitFor();
    await visit.context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await file("notes.md").click();
    await page.getByRole("region", { name: "Code" }).getByText("Can't reach the server").waitFor();
    await visit.context.setOffline(false);
    await editor("notes.md").getByText("What was noted").waitFor();
    await page.getByText("You're offline.").waitFor({ state: "detached" });
  });
});

describe("what an agent asks", () => {
  it("The composer answers an agent's question, keeps a rejected answer, and starts no other run", async () => {
    const { page, prompt, answer, turn } = await inProject();
    await prompt.fill("Let me choose a colour scheme");
    await prompt.press("Enter");
    await answer.waitFor();
    await page.getByText("Answer a question to continue").waitFor();
    (await refuseOnce("**/input", 503, { code: "dependency_down", detail: "Database unavailable." }))();
    await answer.fill("Forest, please");
    await answer.press("Enter");
    await page.getByText("Database unavailable.").waitFor();
    expect(await answer.inputValue()).toBe("Forest, please");
    await picture(page, "17-asked");
    await page.getByRole("button", { name: "Answer" }).click();
    await turn("completed").getByText("Forest it is.").waitFor({ timeout: 60_000 });
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await prompt.inputValue()).toBe("");

    // Listing files names a revision without creating one.
    await page.reload();
    await turn("completed").getByText("Listed files").waitFor();
    const made = await page.getByRole("button", { name: /^Version \d+$/ }).allTextContents();
    expect(made).toEqual(["Version 1"]);
  });
});

describe("a prompt in an input method's composition", () => {
  it("The Enter that confirms an input method's composition sends nothing, in the project and on the start page, as in Safari", async () => {
    const { page, prompt } = await inProject();
    // As source text, since these tests are type-checked without the browser's globals.
    const confirm = new Function(
      "box",
      `
      box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "日本" }));
      const init = { key: "Enter", code: "Enter", bubbles: true, cancelable: true, isComposing: false, keyCode: 229 };
      return box.dispatchEvent(new KeyboardEvent("keydown", init));`,
    ) as (box: unknown) => boolean;
    await prompt.fill("日本");
    expect(await prompt.evaluate(confirm), "whether the key is left to the browser").toBe(true);
    expect(await prompt.inputValue()).toBe("日本");
    expect(await page.getByRole("article").count()).toBe(0);
    await page.goto("/");
    const first = page.getByRole("textbox", { name: "Describe an app" });
    await first.fill("日本");
    expect(await first.evaluate(confirm), "whether the key is left to the browser").toBe(true);
    expect(await first.inputValue()).toBe("日本");
  });
});

describe("a browser whose storage is full", () => {
  it("A prompt is sent although the browser's storage is full", async () => {
    const { page, prompt, turn } = await inProject();
    await page.evaluate(() => {
      for (let size = 1 << 20, n = 0; size >= 1; n++) {
        try {
          localStorage.setItem(`filler-${n}`, "x".repeat(size));
        } catch {
          size >>= 1;
        }
      }
    });
    await prompt.pressSequentially("[[stream 3 deltas at 0 ms]]");
    await prompt.press("Enter");
    await turn("completed").waitFor({ timeout: 60_000 });
    expect(await prompt.inputValue()).toBe("");
  });
});

describe("a file with Windows line ends", () => {
  it("A file with Windows line ends keeps them after an edit, and the editor shows none of them", async () => {
    const { page, tab, file, editor } = await inProject({ "table.csv": "id,name\r\n1,Ada\r\n2,Bob" });
    await tab("Code");
    await file("table.csv").click();
    await editor("table.csv").getByText("id,name").waitFor();
    expect(await editor("table.csv").locator(".cm-line").allTextContents()).toEqual(["id,name", "1,Ada", "2,Bob"]);
    await editor("table.csv").click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("X");
    const saved = page.waitForRequest((request) => request.url().endsWith("/batches"));
    await page.keyboard.press("ControlOrMeta+s");
    expect((await saved).postDataJSON().operations[0].content).toBe("Xid,name\r\n1,Ada\r\n2,Bob");
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
  });
});
