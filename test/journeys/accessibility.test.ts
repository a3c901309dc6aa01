// The app without a mouse: by keyboard, by touch and by URL, and the messages for rejected requests.
import type { Browser, Locator, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([
    openTestStack({ variables: { ALLOW_LOOPBACK_WEBHOOKS: "true" } }),
    launchBrowser(),
  ]);
});

afterEach(async () => {
  await visit.close();
  // The console logs every rejected request, including those that a test provokes.
  const complaints = visit.complaints.filter((one) => !/^Failed to load resource.* (404|409|422) /.test(one));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function signedIn(size = desk): Promise<Page> {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, caller);
  return visit.page;
}

async function projectWith(paths: readonly string[]): Promise<string> {
  const id = await newProject(caller, "Ways");
  const operations = paths.map((path) => ({ op: "write", path, content: `${path}\n` }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { message: "Some files", operations } });
  return id;
}

async function openProject(paths: readonly string[], query = "") {
  const id = await projectWith(paths);
  await visit.page.goto(`/projects/${id}${query}`);
  const workspace = workspaceOf(visit.page);
  await workspace.prompt
    .or(visit.page.getByRole("tab", { selected: true }))
    .first()
    .waitFor();
  return { ...workspace, address: `/projects/${id}` };
}

const hasFocus = (wanted: Locator) => wanted.and(wanted.page().locator(":focus")).waitFor();

describe("the keyboard", () => {
  for (const [size, first, others] of [
    [desk, "Preview", ["Code", "Data", "History", "Preview"]],
    [phone, "Chat", ["Preview", "Code", "Data", "History", "Chat"]],
  ] as const) {
    it(`The keyboard reaches every part of a project at ${size.width} px`, async () => {
      const page = await signedIn(size);
      await openProject(["index.html"]);
      await page.getByRole("tab", { name: first, selected: true }).waitFor();
      await page.getByRole("button", { name: "Project", exact: true }).focus();
      await page.keyboard.press("Tab");
      await hasFocus(page.getByRole("tab", { name: first }));
      for (const name of others) {
        await page.keyboard.press("ArrowRight");
        await hasFocus(page.getByRole("tab", { name, selected: true }));
        await page.getByRole("tabpanel", { name }).waitFor();
      }
    });
  }

  it("The keyboard renames and deletes a file", async () => {
    const page = await signedIn();
    const { file } = await openProject(["a.md", "b.md", "c.md"], "?view=code");
    await file("b.md").focus();
    await page.keyboard.press("F2");
    await page.getByRole("textbox", { name: "Path" }).fill("d.md");
    await page.keyboard.press("Enter");
    await file("d.md").waitFor();
    await file("a.md").focus();
    await page.keyboard.press("Delete");
    await page.getByRole("dialog", { name: "Delete a.md?" }).getByRole("button", { name: "Delete" }).press("Enter");
    await file("a.md").waitFor({ state: "detached" });
    await hasFocus(file("c.md"));
  });

  it("The focus returns to the element that opened a dialog, or near it when it is gone", async () => {
    const page = await signedIn();
    for (const name of ["First", "Second", "Third"]) await newProject(caller, name);
    await page.goto("/");
    const remove = page.getByRole("button", { name: "Delete Second" });
    await remove.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await hasFocus(remove);
    await remove.press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).press("Enter");
    await remove.waitFor({ state: "detached" });
    await hasFocus(page.getByRole("link", { name: /First|Third/ }));
    await page.getByRole("link", { name: "Settings" }).press("Enter");
    await hasFocus(page.getByRole("heading", { name: "Settings" }));
    expect(await page.title()).toBe("Account · Settings · Edgesmith");
  });

  it("The focus is in the version that is opened in the history, and at its row on the way back", async () => {
    const page = await signedIn();
    await openProject(["a.md", "b.md"], "?view=history");
    const version = page.getByRole("button", { name: /^Version 1 / });
    await version.press("Enter");
    const back = page.getByRole("button", { name: "All versions" });
    await hasFocus(back);
    await back.press("Enter");
    await hasFocus(page.getByRole("list", { name: "Versions" }).getByRole("listitem").filter({ has: version }));
    await page.keyboard.press("Tab");
    await hasFocus(version);
  });

  it("A button that is at work keeps the focus, and is pressed once", async () => {
    const page = await signedIn();
    const { address } = await openProject(["a.md"]);
    await page.getByRole("button", { name: "Project", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Share" }).press("Enter");
    const create = page.getByRole("button", { name: "Create link" });
    let sent = 0;
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(`**/v1${address}/invitations`, async (route) => {
      if (route.request().method() === "POST") {
        sent += 1;
        await asked;
      }
      await route.continue();
    });
    await create.press("Enter");
    await create.and(page.locator("[aria-busy=true]")).waitFor();
    await page.keyboard.press("Enter");
    answer();
    await page.getByLabel("Invitation link", { exact: true }).waitFor();
    await create.and(page.locator("[aria-busy=false]")).waitFor();
    await hasFocus(create);
    expect(sent).toBe(1);
  });

  it("The focus is at the button that begins pointing once the panel of pointing has gone", async () => {
    const page = await signedIn();
    const { app } = await openProject(["index.html"]);
    await app().getByText("index.html").waitFor();
    const point = page.getByRole("button", { name: "Point at an element" });
    await point.press("Enter");
    await page.getByRole("button", { name: "Stop pointing" }).press("Enter");
    await hasFocus(point);
  });

  it("The focus stays in the dialog of publishing when the app is published", async () => {
    const page = await signedIn();
    await openProject(["index.html"]);
    await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Publish", exact: true }).press("Enter");
    await dialog.getByText("Up to date.").waitFor({ timeout: 60_000 });
    await hasFocus(dialog.getByRole("button", { name: "Close" }));
  });
});

describe("a thumb", () => {
  it("Touch renames and deletes an open file", async () => {
    const page = await signedIn(phone);
    const { file, editor } = await openProject(["a.md", "b.md"], "?view=code");
    await file("a.md").click();
    await editor("a.md").press("ControlOrMeta+End");
    await page.keyboard.insertText("A new line");
    await page.getByRole("heading", { level: 1, name: "Ways" }).waitFor();
    await page.getByRole("button", { name: "Rename a.md" }).click();
    await page.getByRole("textbox", { name: "Path" }).fill("new.md");
    await page.keyboard.press("Enter");
    await editor("new.md").getByText("A new line").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Unsaved", { exact: true }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Delete new.md" }).last().click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await file("b.md").waitFor();
    await picture(page, "14-phone-files");
  });
});

describe("an address", () => {
  it("The URL holds the view: it survives a reload, and Back and Forward move within the project", async () => {
    const page = await signedIn();
    const { address, file, editor, tab } = await openProject(["src/app.ts", "b.md"]);
    await tab("Code");
    await file("src/app.ts").click();
    await editor("src/app.ts").press("ControlOrMeta+End");
    await page.keyboard.insertText("Not saved yet");
    expect(page.url()).toBe(`${testStack.stack.appUrl}${address}?view=code&file=src/app.ts`);
    await tab("History");
    await page.getByRole("button", { name: "Version 1 Some files" }).click();
    await page.getByRole("list", { name: "Changes" }).waitFor();
    await page.goBack();
    await page.getByRole("list", { name: "Versions" }).waitFor();
    await page.goBack();
    await editor("src/app.ts").getByText("Not saved yet").waitFor();
    await page.goForward();
    await page.goForward();
    await page.getByRole("list", { name: "Changes" }).waitFor();
    expect(page.url()).toContain("view=history&file=src/app.ts&revision=1");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole("list", { name: "Changes" }).waitFor();
  });

  it("A URL without a page links to the projects", async () => {
    const page = await signedIn();
    await page.goto("/projects/prj_01jzzzzzzzzzzzzzzzzzzzzzzz");
    await page.getByRole("heading", { name: "Project not found" }).waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await page.getByRole("link", { name: "Go to your projects" }).click();
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
    await page.goto("/nowhere");
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    const { address } = await openProject(["b.md"], "?view=code&file=index.html");
    await page.getByText("File not found").waitFor();
    expect(page.url()).toContain(address);
  });
});

describe("what is refused", () => {
  it("A rejected request shows its error in its dialog and keeps the typed text", async () => {
    const page = await signedIn();
    await openProject(["a.md"], "?view=code");
    await page.getByRole("button", { name: "New file" }).click();
    const dialog = page.getByRole("dialog", { name: "New file" });
    const path = dialog.getByRole("textbox", { name: "Path" });
    for (const refused of ["a.md", "../a.md"]) {
      await path.fill(refused);
      await path.press("Enter");
      await dialog.getByRole("alert").getByText("a.md").waitFor();
      expect(await path.inputValue()).toBe(refused);
    }
    // A click on the backdrop would discard the typed text.
    await page.mouse.click(5, 5);
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New file" }).click();
    await dialog.waitFor();
    await page.mouse.click(5, 5);
    await dialog.waitFor({ state: "detached" });
  });

  it("A rejected setting shows its error at its field", async () => {
    const page = await signedIn();
    await page.goto("/settings");
    const budget = page.getByRole("spinbutton", { name: "Daily budget, in dollars" });
    const save = page.getByRole("button", { name: "Save", exact: true });
    await budget.fill("");
    await save.click();
    await page.getByText("Enter an amount in dollars").waitFor();
    await budget.fill("5000");
    await save.click();
    await page.getByText("Your plan allows at most $10 a day.").waitFor();
    await budget.fill("0");
    await save.click();
    await page.getByRole("dialog").getByText("You can't send prompts").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.goto("/settings/tokens");
    await page.getByLabel("Token name").fill("For nothing");
    for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
    await page.getByRole("button", { name: "Create token" }).click();
    await page.getByRole("alert").getByText("Select at least one permission").waitFor();
  });

  it("Rotating a token asks first, and says how long the old token keeps working", async () => {
    const page = await signedIn();
    await page.goto("/settings/tokens");
    await page.getByRole("button", { name: "Rotate Test client" }).click();
    await page.getByRole("dialog").getByText("keeps working for one hour").waitFor();
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("list", { name: "Tokens" }).getByText("more minutes").waitFor();
  });

  it("The settings create a trigger, rotate its secret, list its receipts and disable it", async () => {
    const page = await signedIn();
    await projectWith(["a.md"]);
    await page.goto("/settings/triggers");
    await page.getByLabel("Prompt").fill("Look at {{event}}");
    await page.getByRole("button", { name: "Create trigger" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: /^Rotate secret of/ }).click();
    await page.getByRole("button", { name: "Rotate secret", exact: true }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Show deliveries" }).click();
    await page.getByText("No deliveries received yet.").waitFor();
    await page.getByRole("button", { name: "Disable", exact: true }).click();
    await page.getByRole("button", { name: "Enable", exact: true }).waitFor();
    await picture(page, "33-triggers");
  });

  it("The settings create a webhook, send a test, rotate its secret, disable and delete it", async () => {
    const page = await signedIn();
    await page.goto("/settings/webhooks");
    await page.getByLabel("URL").fill("ftp://localhost/nowhere");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("alert").getByText("must begin with https://").waitFor();
    await page.getByLabel("URL").fill(`${testStack.stack.appUrl}/nowhere`);
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: /^Send a test to/ }).click();
    await page.getByRole("list", { name: "Deliveries" }).getByText("webhook.test").waitFor();
    await page.getByRole("button", { name: /^Rotate secret of/ }).click();
    await page.getByRole("button", { name: "Rotate secret", exact: true }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Disable", exact: true }).click();
    await page.getByRole("button", { name: "Enable", exact: true }).waitFor();
    await picture(page, "34-webhooks");
    await page.getByRole("button", { name: /^Delete http/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("list", { name: "Webhooks" }).waitFor({ state: "detached" });
  });
});

describe("the project's menu", () => {
  it("The project's menu renames, duplicates and deletes the open project", async () => {
    const page = await signedIn();
    await openProject(["a.md"]);
    const choose = async (name: string) => {
      await page.getByRole("button", { name: "Project", exact: true }).click();
      await page.getByRole("button", { name, exact: true }).click();
    };
    await choose("Rename");
    await page.getByRole("textbox", { name: "Name" }).fill("Means");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Means" }).waitFor();
    await hasFocus(page.getByRole("button", { name: "Project", exact: true }));
    await choose("Duplicate");
    await page.getByRole("heading", { level: 1, name: "Means copy" }).waitFor();
    await choose("Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("list", { name: "Projects" }).getByRole("link").waitFor();
    expect(await page.getByRole("list", { name: "Projects" }).getByRole("link").allTextContents()).toEqual(["Means"]);
  });

  it("The project's menu leads to custom agents: an invalid file shows its line, a valid one can be chosen", async () => {
    const page = await signedIn();
    await openProject(["a.md"]);
    await page.getByRole("button", { name: "Project", exact: true }).click();
    await page.getByRole("button", { name: "Agents" }).click();
    await page.getByRole("button", { name: "New agent" }).click();
    const agent = (model: string) => `---\nname: beekeeper\ndescription: Bees.\nmodel: ${model}\n---\nYou keep bees.\n`;
    const file = page.getByLabel("Agent file (Markdown)");
    await file.fill(agent("huge"));
    await page.getByRole("button", { name: "Add agent" }).click();
    await page.getByRole("alert").getByText("Line 4: model").waitFor();
    const upload = { name: "beekeeper.md", mimeType: "text/markdown", buffer: Buffer.from(agent("fast")) };
    await page.getByLabel("Agent file to upload").setInputFiles(upload);
    await page.getByRole("button", { name: "Add agent" }).click();
    await page.getByRole("button", { name: "Edit Beekeeper" }).click();
    const edited = page.getByLabel("beekeeper.md");
    await edited.fill((await edited.inputValue()).replace("Bees.", "Bees and wasps."));
    await page.getByRole("button", { name: "Save agent" }).click();
    await page.getByRole("list", { name: "Custom agents" }).getByText("Bees and wasps.").waitFor();
    await picture(page, "15-agents");
    await page.getByRole("link", { name: "Back to Ways" }).click();
    await page.getByRole("combobox", { name: "Agent" }).selectOption({ label: "Beekeeper" });
    await page.goBack();
    await page.getByRole("button", { name: "Delete Beekeeper" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No custom agents.").waitFor();
  });

  it("The page of the agents has the project's rules: a button begins AGENTS.md, and a link opens it from then on", async () => {
    const page = await signedIn();
    const { address } = await openProject(["a.md"]);
    await page.goto(`${address}/agents`);
    await page.getByRole("button", { name: "Write rules" }).click();
    const editor = workspaceOf(page).editor("AGENTS.md");
    await editor.getByText("# Rules").waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "Open AGENTS.md" }).click();
    await editor.waitFor();
  });
});
