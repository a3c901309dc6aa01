// The state that a project's page keeps across a reload, and the separate states of two tabs.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([
    openTestStack({ variables: { MODEL_DEEP: "claude-opus-5-5" } }),
    launchBrowser(),
  ]);
  caller = await newCaller(testStack.stack);
});

afterEach(async () => {
  await visit.close();
  expect(visit.complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const page = (title: string) => `<!doctype html>
<html lang="en"><head><title>${title}</title></head><body>
<h1>${title}</h1>
</body></html>`;

async function openProject(files: Record<string, string>) {
  const id = await newProject(caller, "Kept");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${id}`);
  await workspaceOf(visit.page).prompt.waitFor();
  return { ...workspaceOf(visit.page), id };
}

const attachmentsIn = (window: Page) => window.getByRole("list", { name: "Attachments" }).getByRole("listitem");

const attach = async (window: Page, name: string) => {
  const mimeType = "text/plain";
  await window
    .getByLabel("Files to attach")
    .setInputFiles([{ name, mimeType, buffer: Buffer.from(`This is ${name}\n`) }]);
  await attachmentsIn(window).filter({ hasText: name }).waitFor();
};

/** Waits until a tab has exactly these attachments. */
async function hasAttachments(window: Page, names: readonly string[]): Promise<void> {
  const shown = async () => {
    const texts = await attachmentsIn(window).allTextContents();
    return names.filter((name) => texts.some((text) => text.includes(name))).length === texts.length
      ? texts.length
      : -1;
  };
  await until(`the attachments ${names.join(", ")}`, 10_000, async () => (await shown()) === names.length);
}

/** Reloads a tab, and waits until it has restored its stored state. */
async function reload(window: Page): Promise<void> {
  await window.reload();
  await workspaceOf(window).prompt.waitFor();
  await window.waitForLoadState("networkidle");
}

describe("two windows of a project", () => {
  it("Each window keeps its own attachments over a reload, and a new one begins with the newest", async () => {
    const { page: one, id } = await openProject({ "index.html": page("Home") });
    const other = await visit.context.newPage();
    await other.goto(`/projects/${id}`);
    await workspaceOf(other).prompt.waitFor();
    await attach(one, "first.txt");
    await attach(other, "second.txt");
    await reload(one);
    await hasAttachments(one, ["first.txt"]);
    await reload(other);
    await hasAttachments(other, ["second.txt"]);

    const third = await visit.context.newPage();
    await third.goto(`/projects/${id}`);
    await hasAttachments(third, ["second.txt"]);
    await attachmentsIn(third).getByRole("button", { name: "Remove second.txt" }).click();
    await hasAttachments(third, []);
    await reload(other);
    await hasAttachments(other, ["second.txt"]);
    await reload(third);
    await hasAttachments(third, []);
  });

  it("The mode, the agent and the model are kept with the prompt, by each window its own", async () => {
    const { page: one, prompt, id } = await openProject({ "index.html": page("Home") });
    const options = async (window: Page) => [
      await window.getByRole("radio", { name: "Plan" }).isChecked(),
      await window.getByRole("combobox", { name: "Agent" }).inputValue(),
      await window.getByRole("combobox", { name: "Model" }).inputValue(),
      await workspaceOf(window).prompt.inputValue(),
    ];
    const hasOptions = (window: Page, expected: unknown[]) =>
      expect.poll(() => options(window), { timeout: 10_000 }).toEqual(expected);
    const other = await visit.context.newPage();
    await other.goto(`/projects/${id}`);
    await workspaceOf(other).prompt.waitFor();
    await prompt.fill("Draw a map");
    await one.getByText("Plan", { exact: true }).click();
    await one.getByRole("combobox", { name: "Agent" }).selectOption("explainer");
    await one.getByRole("combobox", { name: "Model" }).selectOption("deep");
    await reload(one);
    await hasOptions(one, [true, "explainer", "deep", "Draw a map"]);
    const third = await visit.context.newPage();
    await third.goto(`/projects/${id}`);
    await hasOptions(third, [true, "explainer", "deep", "Draw a map"]);
    await workspaceOf(other).prompt.fill("Paint it blue");
    await reload(other);
    await hasOptions(other, [false, "", "", "Paint it blue"]);
    await reload(one);
    await hasOptions(one, [true, "explainer", "deep", "Draw a map"]);
    // The tab has no text of its own, so it starts again with the newest prompt and its options.
    await reload(third);
    await hasOptions(third, [false, "", "", "Paint it blue"]);
  });

  it("A window that is a copy of another has attachments of its own from then on", async () => {
    const { page: one, id } = await openProject({ "index.html": page("Home") });
    await attach(one, "first.txt");
    // Copies the tab's storage, as a browser does when it duplicates a tab.
    const stored = await one.evaluate<Record<string, string>>("({ ...sessionStorage })");
    const copy = await visit.context.newPage();
    await copy.addInitScript(
      `if (sessionStorage.length === 0) Object.assign(sessionStorage, ${JSON.stringify(stored)})`,
    );
    await copy.goto(`/projects/${id}`);
    await hasAttachments(copy, ["first.txt"]);
    await attachmentsIn(copy).getByRole("button", { name: "Remove first.txt" }).click();
    await hasAttachments(copy, []);
    await reload(one);
    await hasAttachments(one, ["first.txt"]);
  });
});

describe("a reload", () => {
  it("A reload keeps what was typed at pointing's panel, with the element, until it is sent", async () => {
    const { page: window, app } = await openProject({ "index.html": page("Shop") });
    const panel = window.getByRole("region", { name: "Point" });
    await app().getByRole("heading", { name: "Shop" }).waitFor();
    await window.getByRole("button", { name: "Point at an element" }).click();
    await app().getByRole("heading", { name: "Shop" }).click();
    await panel.getByLabel("Say what to change").fill("Make it larger");
    await panel.getByLabel("Text", { exact: true }).fill("Corner shop");
    await panel.getByLabel("Padding").selectOption("16px");
    await window.reload();
    await panel.getByRole("button", { name: "index.html:3" }).waitFor();
    expect(await panel.getByLabel("Say what to change").inputValue()).toBe("Make it larger");
    expect(await panel.getByLabel("Text", { exact: true }).inputValue()).toBe("Corner shop");
    expect(await panel.getByLabel("Padding").inputValue()).toBe("16px");
    await app().getByRole("heading", { name: "Shop" }).waitFor();
    await picture(window, "48-point-after-reload");
    await panel.getByRole("button", { name: "Save" }).click();
    await app().getByRole("heading", { name: "Corner shop" }).waitFor();
    await panel.waitFor({ state: "detached" });
    await window.reload();
    await app().getByRole("heading", { name: "Corner shop" }).waitFor();
    expect(await panel.count()).toBe(0);
  });

  it("A reload keeps the preview's address, its screen and the open list of requests", async () => {
    const {
      page: window,
      app,
      id,
    } = await openProject({
      "index.html": page("Home"),
      "public/about.html": page("About us"),
    });
    await app().getByRole("heading", { name: "Home" }).waitFor();
    const address = window.getByRole("textbox", { name: "Address in the app" });
    await address.fill("/about.html");
    await address.press("Enter");
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await window.getByRole("combobox", { name: "Screen size" }).selectOption("Small phone");
    await window.getByRole("button", { name: "Rotate" }).click();
    await window.getByRole("button", { name: "Console" }).click();
    await window.getByText("Network", { exact: true }).click();
    await until("the new address", 10_000, async () => (await address.inputValue()).startsWith("/about"));
    await window.reload();
    await app().getByRole("heading", { name: "About us" }).waitFor();
    await until("the kept address", 10_000, async () => (await address.inputValue()).startsWith("/about"));
    expect(await window.getByRole("combobox", { name: "Screen size" }).inputValue()).toBe("Small phone");
    expect(await window.getByRole("button", { name: "Rotate" }).getAttribute("aria-pressed")).toBe("true");
    expect(
      await window.getByRole("region", { name: "Console" }).getByRole("radio", { name: "Network" }).isChecked(),
    ).toBe(true);
    // Another tab starts with the defaults.
    const other = await visit.context.newPage();
    await other.goto(`/projects/${id}`);
    await workspaceOf(other).app().getByRole("heading", { name: "Home" }).waitFor();
    expect(await other.getByRole("region", { name: "Console" }).count()).toBe(0);
  });
});
