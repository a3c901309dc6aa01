// Publishing in a browser: publish, update, unpublish.
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const write = (projectId: string, files: Record<string, string>) =>
  caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, {
    body: { operations: Object.entries(files).map(([path, content]) => ({ op: "write", path, content })) },
  });
const heading = (text: string) => ({ "index.html": `<!doctype html><title>App</title><h1>${text}</h1>` });

it("The publish dialog publishes an app at a public URL, shows the published version, and unpublishes it", {
  timeout: 300_000,
}, async () => {
  const projectId = await newProject(caller, "Guest book");
  await write(projectId, heading("First edition"));
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  const { page } = visit;
  // A narrow screen shows only the panel that the URL names.
  await page.goto(`/projects/${projectId}?view=preview`);
  const workspace = workspaceOf(page);
  await workspace.app().getByText("First edition").waitFor();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await picture(page, "7-publish");
  await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).click();
  const address = (await page.getByLabel("Public link").textContent()) ?? "";
  await page.getByText("Up to date.").waitFor();

  // A different person, without an account or a cookie.
  const stranger = await newVisit(browser, testStack.stack.appUrl);
  await stranger.page.goto(address);
  await stranger.page.getByRole("heading", { name: "First edition" }).waitFor();

  await write(projectId, heading("Second edition"));
  await page.getByText("Version 1 is published. You have unpublished changes up to version 2.").waitFor();
  await picture(page, "7-public-behind");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "7-public-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await stranger.page.reload();
  await stranger.page.getByRole("heading", { name: "First edition" }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Update", exact: true }).click();
  await page.getByText("Up to date.").waitFor();
  await stranger.page.reload();
  await stranger.page.getByRole("heading", { name: "Second edition" }).waitFor();
  expect(visit.complaints, "what the app's own pages complained of").toEqual([]);

  // Publishing a broken build fails with a message and leaves the published version unchanged.
  await write(projectId, { "src/server.ts": "const = ;" });
  await page.getByText("unpublished changes up to version 3").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("dialog").getByRole("button", { name: "Update", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("alert")
    .getByText("The build failed, so this version was not published.")
    .waitFor();
  await picture(page, "7-publish-failed-360");
  await page.getByRole("button", { name: "Close" }).click();
  await picture(page, "7-preview-bar-360");
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole("button", { name: /^Published/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unpublish", exact: true }).click();
  await picture(page, "7-take-offline");
  await page.getByRole("dialog").getByRole("button", { name: "Unpublish", exact: true }).click();
  await page.getByText("Publish your app?", { exact: true }).waitFor();
  const gone = await stranger.page.goto(address);
  expect(gone?.status()).toBe(404);
  await stranger.page.getByText("App not found").waitFor();
  await picture(stranger.page, "7-offline");
  await Promise.all([visit.close(), stranger.close()]);
});
