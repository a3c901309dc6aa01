// The publishing page in a browser: name, domains, versions, people, visits and log, by mouse, by keyboard and on a
// phone.
import type { Browser, Locator, Page, Response } from "@playwright/test";
import axe from "axe-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, customDomain, pageOf, project, published } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { startStandInCloudflare } from "../worker/stage/stand-in-cloudflare.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";

let cloudflare: Awaited<ReturnType<typeof startStandInCloudflare>>;
let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;
let projectId: string;

beforeAll(async () => {
  cloudflare = await startStandInCloudflare();
  const variables = {
    CUSTOM_HOSTNAMES_API_URL: cloudflare.url,
    CUSTOM_HOSTNAMES_TOKEN: cloudflare.token,
    CUSTOM_HOSTNAMES_ZONE: cloudflare.zone,
    CUSTOM_HOSTNAMES_TARGET: "custom.apps.example.com",
  };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
  caller = await newCaller(testStack.stack);
  projectId = await newProject(caller, "Bakery");
  for (const edition of ["First", "Second"]) {
    await write(edition);
    await caller.expect(published, 200, `/v1/projects/${projectId}/publish`, { body: {} });
  }
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
});

afterAll(async () => {
  await visit.close();
  await browser.close();
  await testStack.close();
  await cloudflare.close();
});

const server = `export default { fetch(request) {
  console.log("asked for " + new URL(request.url).pathname);
  return new Response("not here", { status: 503 });
} };`;

const write = (edition: string) =>
  caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, {
    body: {
      operations: [
        { op: "write", path: "index.html", content: `<!doctype html><title>Bakery</title><h1>${edition} edition</h1>` },
        { op: "write", path: "src/server.js", content: server },
      ],
    },
  });

const section = (page: Page, title: string): Locator =>
  page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });

/** Opens the page, and waits for the section that loads last. */
async function open(page: Page): Promise<void> {
  await page.goto(`/projects/${projectId}/publishing`);
  await section(page, "Published versions").getByText("Live").waitFor();
  await section(page, "People").getByRole("checkbox").waitFor();
  await section(page, "Domains").getByRole("button", { name: "Add domain" }).waitFor();
  await section(page, "Address").getByLabel("Public link", { exact: true }).waitFor();
}

/**
 * Checks the domain until it is active. The stand-in issues the certificate one check after it has found the DNS
 * records.
 */
async function checkUntilActive(page: Page, button: Locator): Promise<void> {
  for (let checks = 0; checks < 10; checks += 1) {
    const isCheck = (answer: Response) =>
      answer.request().method() === "PUT" && answer.url().includes("/publish/domains/");
    const [answer] = await Promise.all([page.waitForResponse(isCheck), button.click()]);
    if (customDomain.parse(await answer.json()).status === "active") return;
  }
  throw new Error("The domain did not become active.");
}

async function findings(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
}

it("an owner finds the page from the menu, names the app, and is told when a name is taken or not allowed", async () => {
  const { page } = visit;
  const other = await newCaller(testStack.stack);
  const taken = await newProject(other, "Other bakery");
  const name = z.object({ name: z.string() });
  const body = { name: "other-bakery" };
  await other.expect(name, 200, `/v1/projects/${taken}/publish/name`, { method: "PUT", body });
  await page.goto(`/projects/${projectId}`);
  await page.getByRole("button", { name: "Project", exact: true }).click();
  await page.getByRole("button", { name: "Publishing" }).click();
  const address = section(page, "Address");
  await address.getByLabel("Name").fill("other-bakery");
  await address.getByRole("button", { name: "Save name" }).click();
  await address.getByText("The name “other-bakery” is taken. Choose another one.").waitFor();
  await address.getByLabel("Name").fill("www");
  await address.getByLabel("Name").press("Enter");
  await address.getByText("The name is reserved; choose another name.", { exact: true }).waitFor();
  await address.getByLabel("Name").fill("ada-bakery");
  await address.getByLabel("Name").press("Enter");
  const link = address.getByLabel("Public link", { exact: true });
  await link.getByText("//ada-bakery.").waitFor();
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await stranger.page.goto((await link.textContent()) ?? "");
  await stranger.page.getByRole("heading", { name: "Second edition" }).waitFor();
  await stranger.close();
});

it("an owner lets others copy the app, and a person copies it by its address and by its link, by keyboard alone", async () => {
  const { page } = visit;
  const other = await newCaller(testStack.stack);
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await signIn(stranger, other);
  await stranger.page.goto("/templates#from-address");
  const address = stranger.page.getByLabel("Published app");
  await open(page);
  const host = new URL((await section(page, "Address").getByLabel("Public link", { exact: true }).textContent()) ?? "")
    .host;
  await address.fill(`http://${host}/menu`);
  await address.press("Enter");
  await stranger.page.getByText("This app doesn't exist, or its owner doesn't allow copies.").waitFor();
  await section(page, "Copies").getByLabel("Others may duplicate this app").press("Space");
  const link = await section(page, "Copies").getByLabel("Link to copy it", { exact: true }).textContent();
  await stranger.page.goto(link ?? "");
  await stranger.page.getByRole("heading", { name: "Start from “Bakery”" }).waitFor();
  await stranger.page.getByRole("button", { name: "Make a copy" }).press("Enter");
  await stranger.page.waitForURL("**/projects/*");
  await stranger.page.getByRole("heading", { level: 1, name: "Bakery" }).waitFor();
  const { data } = await other.expect(pageOf(project), 200, "/v1/projects");
  expect(data).toMatchObject([{ name: "Bakery", role: "owner", published: null }]);
  await stranger.close();
});

it("an owner adds a domain, sees the records to create and its state, and removes it", async () => {
  const { page } = visit;
  await open(page);
  const domains = section(page, "Domains");
  await domains.getByLabel("Domain", { exact: true }).fill("localhost");
  await domains.getByRole("button", { name: "Add domain" }).click();
  await domains.getByRole("alert").waitFor();
  await domains.getByLabel("Domain", { exact: true }).fill("shop.bakery-of-ada.com");
  await domains.getByRole("button", { name: "Add domain" }).click();
  await domains.getByText("Waiting for the DNS records").waitFor();
  const records = domains.getByRole("list", { name: "DNS records of shop.bakery-of-ada.com" });
  expect(await records.getByRole("listitem").count()).toBe(3);
  await records.getByText("custom.apps.example.com").waitFor();
  await picture(page, "60-publishing");
  const rows = await records.getByRole("listitem").all();
  for (const row of rows) {
    const [recordName, value] = await row.locator("output").allTextContents();
    await fetch(`${cloudflare.url}/dns`, { method: "POST", body: JSON.stringify({ name: recordName, value }) });
  }
  await checkUntilActive(page, domains.getByRole("button", { name: "Check again" }));
  await domains.getByText("Active · certificate issued").waitFor();
  await domains.getByRole("button", { name: "Delete shop.bakery-of-ada.com" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await domains.getByText("No domains.").waitFor();
});

it("an owner returns to an earlier version by keyboard, after a confirmation", async () => {
  const { page } = visit;
  await open(page);
  const versions = section(page, "Published versions");
  await versions.getByRole("button", { name: "Restore version 1" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Make version 1 public again?" });
  await dialog.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await section(page, "Address").getByText("Version 1 is published.").waitFor();
  const address = (await page.getByLabel("Public link", { exact: true }).textContent()) ?? "";
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await stranger.page.goto(address);
  await stranger.page.getByRole("heading", { name: "First edition" }).waitFor();
  await stranger.close();
});

it("an owner stages a version, opens it at its own link, makes it public in one click, and discards it", async () => {
  const { page } = visit;
  await open(page);
  const staging = section(page, "Staging");
  await staging.getByText("Nothing is staged.").waitFor();
  await staging.getByRole("button", { name: "Stage version 2" }).click();
  const link = (await staging.getByLabel("Staging link", { exact: true }).textContent()) ?? "";
  const publicLink = (await page.getByLabel("Public link", { exact: true }).textContent()) ?? "";
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await stranger.page.goto(link);
  await stranger.page.getByRole("heading", { name: "Second edition" }).waitFor();
  await stranger.page.goto(publicLink);
  await stranger.page.getByRole("heading", { name: "First edition" }).waitFor();
  await picture(page, "63-staging");
  await staging.getByRole("button", { name: "Show log" }).click();
  await staging.getByText("No output yet.").waitFor();
  const people = section(page, "People");
  await people.getByLabel("Whose people").selectOption("Staged app");
  await people.getByLabel("Email").fill("tester@example.com");
  await people.getByRole("button", { name: "Invite" }).click();
  const invitation = page.getByRole("dialog", { name: "Invitation" });
  const invited = (await invitation.getByLabel("Invitation link", { exact: true }).textContent()) ?? "";
  expect(new URL(invited).origin).toBe(new URL(link).origin);
  await invitation.getByRole("button", { name: "Done" }).click();
  await people.getByRole("list", { name: "People" }).getByText("tester@example.com").waitFor();
  await people.getByLabel("Whose people").selectOption("Published app");
  await people.getByText("Nobody has been invited or has signed in.").waitFor();
  await staging.getByRole("button", { name: "Make version 2 public" }).click();
  await section(page, "Address").getByText("Version 2 is published.").waitFor();
  await staging.getByText("It is what the public sees.").waitFor();
  await stranger.page.goto(publicLink);
  await stranger.page.getByRole("heading", { name: "Second edition" }).waitFor();
  await staging.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await staging.getByText("Nothing is staged.").waitFor();
  expect((await stranger.page.goto(link))?.status()).toBe(404);
  await stranger.close();
});

it("an owner invites a person with roles, opens the app to invited people alone, and removes the person", async () => {
  const { page } = visit;
  await open(page);
  const people = section(page, "People");
  await people.getByLabel("Email").fill("grace@example.com");
  await people.getByLabel("Roles").fill("Editor, not allowed!");
  await people.getByRole("button", { name: "Invite" }).click();
  await people.getByRole("alert").waitFor();
  await people.getByLabel("Roles").fill("editor");
  await people.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog", { name: "Invitation" });
  const invitation = (await dialog.getByLabel("Invitation link", { exact: true }).textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();
  await people.getByRole("list", { name: "People" }).getByText("editor").waitFor();
  await people.getByRole("checkbox", { name: "Only people I invite" }).press("Space");
  await people.getByText("Others see a page where invited people sign in.").waitFor();
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  const refused = await stranger.page.goto(new URL(invitation).origin);
  expect(refused?.url()).toContain("sign-in");
  await stranger.page.goto(invitation);
  await stranger.page.getByRole("button").first().click();
  await stranger.page.getByRole("heading", { name: /edition/ }).waitFor();
  await stranger.close();
  await people.getByRole("button", { name: "Edit grace@example.com" }).click();
  await page.getByRole("dialog").getByLabel("Roles").fill("editor, admin");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await people.getByText("editor, admin").waitFor();
  await people.getByRole("button", { name: "Delete grace@example.com" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await people.getByText("Nobody has been invited or has signed in.").waitFor();
  await people.getByRole("checkbox", { name: "Only people I invite" }).press("Space");
  await people.getByText("Everyone with the link can visit the app.").waitFor();
});

it("an owner sees the visits, errors and durations of each day, and the server's log", async () => {
  const { page } = visit;
  await open(page);
  const address = (await page.getByLabel("Public link", { exact: true }).textContent()) ?? "";
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await stranger.page.goto(address);
  expect(await stranger.page.evaluate("fetch('/api/bread').then((response) => response.status)")).toBe(503);
  await stranger.close();
  await open(page);
  await page.getByRole("list", { name: "Visits by day" }).waitFor();
  const today = page.getByRole("region", { name: "Days with visits" }).getByRole("row").nth(1);
  await today.getByText(/ ms$/).first().waitFor();
  await page.getByRole("button", { name: "Show log" }).click();
  await expect
    .poll(
      async () => {
        await page.getByRole("button", { name: "Reload" }).click();
        return page.getByText("asked for /api/bread").first().isVisible();
      },
      { timeout: 30_000 },
    )
    .toBe(true);
});

it("the page has no finding of axe in both themes and at 360 px, where nothing scrolls sideways", async () => {
  const { page } = visit;
  await open(page);
  await picture(page, "61-publishing");
  expect(await findings(page)).toEqual([]);
  await section(page, "Visits").scrollIntoViewIfNeeded();
  await picture(page, "62-publishing-visits");
  await page.emulateMedia({ colorScheme: "dark" });
  await section(page, "People").scrollIntoViewIfNeeded();
  await picture(page, "61-publishing-dark");
  expect(await findings(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await section(page, "Visits").scrollIntoViewIfNeeded();
  await picture(page, "61-publishing-360");
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth"), "no sideways scroll").toBeLessThanOrEqual(360);
  const complaints = visit.complaints.filter((text) => !/^Failed to load resource.* (409|422) /.test(text));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});
