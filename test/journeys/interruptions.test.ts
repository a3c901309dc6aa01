// Failures in the middle of work, and the recovery: a server that refuses or fails, a lost connection, a reload.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  batchResult,
  fileContent,
  fileEntry,
  message,
  newInvitation,
  pageOf,
  project,
} from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { type GitHostServer, startGitHost } from "../stage/git-host.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let gitHost: GitHostServer;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  gitHost = await startGitHost();
  const variables = { IMPORT_HOSTS: `gitea:${gitHost.host}` };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

afterEach(async () => {
  await visit.close();
  // The console logs every request that a test makes fail.
  const provoked = /^Failed to load resource|^WebSocket connection to|^503 of /;
  expect(visit.complaints.filter((one) => !provoked.test(one))).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
  gitHost.close();
});

async function open(address: string, account = caller): Promise<Page> {
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, account);
  await visit.page.goto(address);
  return visit.page;
}

async function openProject(files: Record<string, string>, query = "") {
  const id = await newProject(caller, "Interrupted");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  const page = await open(`/projects/${id}${query}`);
  const workspace = workspaceOf(page);
  await workspace.prompt.waitFor();
  return { ...workspace, id };
}

const contentOf = async (id: string, path: string): Promise<string> =>
  (await caller.expect(fileContent, 200, `/v1/projects/${id}/files/${path}`)).content;

const pathsOf = async (id: string): Promise<string[]> =>
  (await caller.expect(z.object({ data: z.array(fileEntry) }), 200, `/v1/projects/${id}/files`)).data.map(
    ({ path }) => path,
  );

const namesOf = async (account: Caller): Promise<string[]> =>
  (await account.expect(pageOf(project), 200, "/v1/projects?limit=100")).data.map(({ name }) => name);

const html = (title: string, more = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${more}</body></html>\n`;

const scriptOf = (...turns: object[]) => `\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``;

/**
 * Makes the server fail requests with a method and path.
 * @returns a function that ends the failures
 */
async function failing(page: Page, method: string, path: string): Promise<() => Promise<void>> {
  await page.route(path, (route) =>
    route.request().method() === method
      ? route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"code":"unavailable"}' })
      : route.fallback(),
  );
  return () => page.unroute(path);
}

/**
 * Loses the response to the first request with a method and path, after the server has executed it. @returns the number
 * of requests
 */
async function loseResponse(page: Page, method: string, path: string): Promise<() => number> {
  let requests = 0;
  await page.route(path, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    requests += 1;
    if (requests > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  return () => requests;
}

const unreachable = "Can't reach the server. Check your connection and try again.";

describe("finding", () => {
  const files = { "src/app.ts": "one\ntwo\nthe needle is here\n" };

  it("A search that the server fails or refuses says why, and goes on with the next letter", async () => {
    const { page, editor } = await openProject(files, "?view=code");
    await page.keyboard.press("ControlOrMeta+k");
    const box = page.getByRole("combobox", { name: "Find files, text and actions" });
    const repair = await failing(page, "GET", "**/search?*");
    await box.fill("needle");
    await page.getByText("Couldn't search the files.").waitFor();
    await picture(page, "50-search-failed");
    await repair();
    // The box accepts at most the length that the API searches for.
    await box.fill("n".repeat(600));
    await page.getByText("Nothing found.").waitFor();
    expect(await box.inputValue()).toHaveLength(500);
    await box.fill("needle");
    await page.getByRole("option", { name: "src/app.ts:3" }).waitFor();
    await page.keyboard.press("Enter");
    await editor("src/app.ts").getByText("the needle is here").waitFor();
  });

  it("A search without a connection goes on by itself once it is back, and names are found meanwhile", async () => {
    const { page } = await openProject(files, "?view=code");
    await page.getByRole("tree", { name: "Files" }).waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    const box = page.getByRole("combobox", { name: "Find files, text and actions" });
    await box.waitFor();
    await visit.context.setOffline(true);
    await box.fill("app");
    await page.getByRole("option", { name: "src/app.ts" }).waitFor();
    await box.fill("needle");
    await page.getByText(`Couldn't search the files. ${unreachable}`).waitFor();
    await visit.context.setOffline(false);
    await page.getByRole("option", { name: "src/app.ts:3" }).waitFor();
    expect(await box.inputValue()).toBe("needle");
  });

  it("The editor's search says that a pattern is no regular expression", async () => {
    const { page, editor } = await openProject(files, "?view=code&file=src/app.ts");
    await editor("src/app.ts").press("ControlOrMeta+f");
    const refused = page.getByRole("alert").getByText("This regular expression isn't valid.");
    await page.getByRole("checkbox", { name: "regexp" }).check();
    await page.getByRole("textbox", { name: "Find", exact: true }).pressSequentially("(needle");
    await refused.waitFor();
    await picture(page, "53-no-pattern");
    await page.keyboard.type("|two)");
    await expect.poll(() => page.locator(".cm-searchMatch").count()).toBe(2);
    await refused.waitFor({ state: "detached" });
    await page.keyboard.type("(");
    await refused.waitFor();
    await page.keyboard.press("Escape");
    await refused.waitFor({ state: "detached" });
  });
});

describe("starting", () => {
  it("A template that cannot be started says so, and starts at the second try", async () => {
    const account = await newCaller(testStack.stack);
    const page = await open("/templates", account);
    const repair = await failing(page, "POST", "**/v1/projects");
    const start = page.getByRole("button", { name: "Start from this: Static page" });
    await start.click();
    await page.getByText("The server answered 503.").waitFor();
    expect(await namesOf(account)).toEqual([]);
    await repair();
    await start.click();
    await page.getByRole("heading", { level: 1, name: "Static page" }).waitFor();
  });

  it("A template, a copy and an import whose answers are lost are there once", async () => {
    const account = await newCaller(testStack.stack);
    const page = await open("/templates", account);
    const started = await loseResponse(page, "POST", "**/v1/projects");
    await page.getByRole("button", { name: "Start from this: Static page" }).click();
    await page.getByRole("heading", { level: 1, name: "Static page" }).waitFor();
    const copied = await loseResponse(page, "POST", "**/fork");
    await page.getByRole("button", { name: "Project", exact: true }).click();
    await page.getByRole("button", { name: "Duplicate", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Static page copy" }).waitFor();
    await page.goto("/templates");
    const imported = await loseResponse(page, "POST", "**/import/git");
    await page.getByLabel("Git repository").fill(`http://${gitHost.host}/acme/tea-shop`);
    await page.getByLabel("Git repository").press("Enter");
    await page.getByRole("heading", { level: 1, name: "tea-shop" }).waitFor();
    expect([started(), copied(), imported()]).toEqual([2, 2, 2]);
    expect((await namesOf(account)).sort()).toEqual(["Static page", "Static page copy", "tea-shop"]);
  });

  it("A project that is opened again while its template is being started is among the projects", async () => {
    const account = await newCaller(testStack.stack);
    const page = await open("/templates", account);
    const arrived = Promise.withResolvers<void>();
    await page.route("**/v1/projects", async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      await route.fetch();
      arrived.resolve();
    });
    await page.getByRole("button", { name: "Start from this: Static page" }).click();
    await arrived.promise;
    await page.unroute("**/v1/projects");
    await page.goto("/");
    await page.getByRole("list", { name: "Projects" }).getByRole("link", { name: "Static page" }).click();
    await page.getByRole("heading", { level: 1, name: "Static page" }).waitFor();
  });

  it("A repository that its host does not send, and a copy that is refused, say why and keep what is there", async () => {
    const account = await newCaller(testStack.stack);
    await newProject(account, "Original");
    const page = await open("/templates", account);
    const address = page.getByLabel("Git repository");
    for (const [fault, reason] of [
      ["down", "answers with an error. Try again later."],
      ["page", "has no public repository faults/page."],
    ] as const) {
      await address.fill(`http://${gitHost.host}/faults/${fault}`);
      await address.press("Enter");
      await page.getByRole("alert").getByText(reason).waitFor();
      expect(await address.inputValue()).toBe(`http://${gitHost.host}/faults/${fault}`);
    }
    await page.goto("/");
    const limit = { status: 403, code: "too_many_projects", detail: "Your plan allows at most 3 projects." };
    await page.route("**/fork", (route) =>
      route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(limit) }),
    );
    await page.getByRole("button", { name: "Duplicate Original" }).click();
    await page.getByRole("status").getByText("Your plan allows at most 3 projects.").waitFor();
    expect(await namesOf(account)).toEqual(["Original"]);
  });
});

describe("the preview", () => {
  it("A preview that the server does not start says so, and “Try again” shows the app", async () => {
    const id = await newProject(caller, "Later");
    const operations = [{ op: "write", path: "index.html", content: html("Home") }];
    await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
    const page = await open("/");
    const repair = await failing(page, "POST", "**/preview");
    await page.goto(`/projects/${id}`);
    const preview = page.getByRole("region", { name: "App preview" });
    await preview.getByRole("alert").getByText("The server answered 503.").waitFor();
    await picture(page, "51-no-preview");
    await repair();
    await preview.getByRole("button", { name: "Try again" }).click();
    await workspaceOf(page).app().getByRole("heading", { name: "Home" }).waitFor();
  });

  it("A preview whose connection was lost comes back at the address, the width and the console where it was", async () => {
    const { page, app, id } = await openProject({
      "index.html": html("Home", '<a href="/about.html">About</a>'),
      "public/about.html": html("About us", '<a href="/">Home</a>'),
    });
    await app().getByRole("link", { name: "About" }).click();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await page.getByRole("combobox", { name: "Screen size" }).selectOption("Phone");
    await page.getByRole("button", { name: "Console" }).click();
    await visit.context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    const newer = [{ op: "write", path: "public/about.html", content: html("About all of us") }];
    await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations: newer } });
    await visit.context.setOffline(false);
    await app().getByRole("heading", { name: "About all of us" }).waitFor();
    expect((await page.locator('iframe[title="Preview"]').boundingBox())?.width).toBe(390);
    await page.getByRole("region", { name: "Console" }).waitFor();
  });
});

describe("pointing", () => {
  it("A change of an element that cannot be sent is kept, and saved once the connection is back", async () => {
    const { page, app, id } = await openProject({ "index.html": html("Shop") });
    await app().getByRole("heading", { name: "Shop" }).waitFor();
    await page.getByRole("button", { name: "Point at an element" }).click();
    await app().getByRole("heading", { name: "Shop" }).click();
    const panel = page.getByRole("region", { name: "Point" });
    await panel.getByLabel("Text", { exact: true }).fill("Corner shop");
    await panel.getByLabel("Say what to change").fill("[[text of 3 words]] Larger");
    await visit.context.setOffline(true);
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByText(unreachable).waitFor();
    await picture(page, "52-point-offline");
    await visit.context.setOffline(false);
    await page.getByText("You're offline.").waitFor({ state: "detached" });
    expect(await panel.getByLabel("Text", { exact: true }).inputValue()).toBe("Corner shop");
    expect(await panel.getByLabel("Say what to change").inputValue()).toBe("[[text of 3 words]] Larger");
    await panel.getByRole("button", { name: "Save" }).click();
    await app().getByRole("heading", { name: "Corner shop" }).waitFor();
    expect(await contentOf(id, "index.html")).toBe(html("Shop").replace("<h1>Shop", "<h1>Corner shop"));
  });
});

describe("the page that an agent sees", () => {
  const look = { tools: [{ name: "view_page", input: { path: "/" } }] };

  it("A page that cannot be built is told to the agent and shown as failed, and its picture comes with the repair, also after a reload", async () => {
    const broken = html("Seen", '<script type="module" src="/src/main.ts"></script>\n');
    const { page, prompt, turn } = await openProject({ "index.html": broken, "src/main.ts": "const = 1;\n" });
    const repair = { name: "write_files", input: { files: [{ path: "src/main.ts", content: "export {};\n" }] } };
    await prompt.fill(scriptOf(look, { tools: [repair] }, { ...look, delayMs: 1_500 }, { text: "I saw it." }));
    await prompt.press("Enter");
    const seen = page.getByRole("button", { name: "Enlarge: The page /, as the agent saw it" });
    await turn("running").locator('[data-tool="view_page"]').getByText("failed").waitFor({ timeout: 60_000 });
    await page.reload();
    await turn("completed").getByText("I saw it.", { exact: true }).waitFor({ timeout: 60_000 });
    await turn("completed").locator('[data-tool="view_page"]').first().getByText("failed").waitFor();
    await seen.waitFor();
    expect(await seen.count()).toBe(1);
  });

  it("A picture that is not loaded for want of a connection is shown once it is back", async () => {
    const { page, turn, id } = await openProject({ "index.html": html("Seen") });
    const { id: run } = await startRun(caller, id, scriptOf(look, { text: "I saw it." }));
    await (await caller.request(`/v1/runs/${run}/stream`)).text();
    await page.route("**/images/**", (route) => route.abort());
    await page.reload();
    await turn("completed").getByText("I saw it.", { exact: true }).waitFor();
    await turn("completed").getByText("The page /, as the agent saw it (couldn't be loaded)").waitFor();
    await page.unroute("**/images/**");
    await visit.context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await visit.context.setOffline(false);
    await until("the picture", 20_000, () =>
      page.evaluate<boolean>("document.querySelector('article img')?.naturalWidth > 0"),
    );
  });
});

describe("files", () => {
  it("An upload goes on by itself after an outage, and its files are there once also where the answer is lost", async () => {
    const { page, file, id } = await openProject({ "a.ts": "a\n" }, "?view=code");
    await file("a.ts").waitFor();
    const upload = (name: string) =>
      page.getByLabel("Files to upload").setInputFiles([{ name, mimeType: "", buffer: Buffer.from("b\n") }]);
    await visit.context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await upload("b.ts");
    await page.getByText("Uploading…").waitFor();
    await visit.context.setOffline(false);
    await file("b.ts").waitFor();
    await page.getByText("You're offline.").waitFor({ state: "detached" });
    await loseResponse(page, "POST", "**/batches");
    await upload("c.ts");
    await file("c.ts").waitFor();
    expect(await pathsOf(id)).toEqual(["a.ts", "b.ts", "c.ts"]);
    await page.getByText("Version 3", { exact: true }).first().waitFor();
  });
});

describe("an upload", () => {
  it("An upload leaves out a file whose name not every system can have, names it, and adds the others", async () => {
    const { page, file, id } = await openProject({ "a.ts": "a\n" }, "?view=code");
    await file("a.ts").waitFor();
    const named = (name: string) => ({ name, mimeType: "", buffer: Buffer.from("b\n") });
    await page.getByLabel("Files to upload").setInputFiles(["b.ts", "con.ts", "c.ts"].map(named));
    await page.getByText(/Uploaded 2 files\..* have a name that not every system allows: con\.ts\./).waitFor();
    expect(await pathsOf(id)).toEqual(["a.ts", "b.ts", "c.ts"]);
  });
});

describe("parts of the page that are loaded later", () => {
  it("A part whose loading is cut is loaded again, though Chromium remembers that it failed", async () => {
    const { page, file } = await openProject({ "a.ts": "a\n" }, "?view=code");
    await file("a.ts").waitFor();
    let asked = 0;
    await page.route("**/assets/upload-files-*", (route) => {
      asked += 1;
      return asked === 1 ? route.abort() : route.continue();
    });
    await page
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "b.ts", mimeType: "", buffer: Buffer.from("b\n") }]);
    await file("b.ts").waitFor();
    expect(asked).toBe(2);
  });
});

describe("together", () => {
  it("A comment that is refused or not sent stays typed, and an invitation that was revoked or whose link was cut says so", async () => {
    const { page, turn, id } = await openProject({ "index.html": html("Home") });
    const { id: run } = await startRun(caller, id, "[[text of 5 words]]");
    await (await caller.request(`/v1/runs/${run}/stream`)).text();
    await turn("completed").getByRole("button", { name: "Comment", exact: true }).click();
    const box = page.getByRole("textbox", { name: "Comment" });
    const repair = await failing(page, "POST", "**/comments");
    await box.fill("Larger, please.");
    await box.press("Enter");
    await page.getByRole("region", { name: "Comments" }).getByText("The server answered 503.").waitFor();
    expect(await box.inputValue()).toBe("Larger, please.");
    await repair();
    await box.press("Enter");
    await page.getByRole("list", { name: "Comments" }).getByText("Larger, please.").waitFor();
    const { data } = await caller.expect(pageOf(message), 200, `/v1/projects/${id}/messages?limit=1`);
    expect(data).toHaveLength(1);
    const { token, id: invited } = await caller.expect(newInvitation, 201, `/v1/projects/${id}/invitations`, {
      body: { role: "viewer" },
    });
    await page.goto(`/invitation#${token}`);
    await caller.request(`/v1/projects/${id}/invitations/${invited}`, { method: "DELETE" });
    await page.reload();
    await page.getByText("This invitation was used, was revoked or has expired.").waitFor();
    await page.goto("/nowhere");
    await page.goto(`/invitation#${token.slice(0, 20)}`);
    await page.getByText("Check that the link is complete").waitFor();
  });
});
