// Two people in a browser: one shares a project by link; the other joins, views, comments, and is removed.
import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, member, newInvitation } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let ada: Caller;
let owner: Visit;
let guest: Visit;
let projectId: string;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
  ada = await newCaller(testStack.stack);
  projectId = await newProject(ada, "Bakery");
  const operations = [
    { op: "write", path: "index.html", content: "<!doctype html><title>Bakery</title><h1>Bread</h1>" },
  ];
  await ada.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const { id } = await startRun(ada, projectId, '```script\n[{"text":"We bake on Mondays."}]\n```');
  // The stream closes when the run has ended.
  await (await ada.request(`/v1/runs/${id}/stream`)).text();
  owner = await newVisit(browser, testStack.stack.appUrl);
  guest = await newVisit(browser, testStack.stack.appUrl);
  await signIn(owner, ada);
});

afterAll(async () => {
  await Promise.all([owner.close(), guest.close()]);
  await browser.close();
  await testStack.close();
});

async function findings(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`);
}

async function openShareDialog(page: Page) {
  await page.getByRole("button", { name: "Project", exact: true }).click();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Share “Bakery”" });
  await dialog.getByRole("list", { name: "Members" }).waitFor();
  return dialog;
}

it("A person without an account follows an invitation link, signs up and joins as a viewer", async () => {
  const { page } = owner;
  await page.goto(`/projects/${projectId}`);
  const dialog = await openShareDialog(page);
  await dialog.getByLabel("Role", { exact: true }).selectOption("viewer");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByLabel("Invitation link", { exact: true }).textContent();
  expect(await findings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "80-share-dialog-dark");
  expect(await findings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  await picture(page, "80-share-dialog");
  await dialog.getByRole("button", { name: "Done" }).click();

  await guest.page.goto(link ?? "");
  await guest.page.getByRole("link", { name: "Create an account" }).click();
  expect(guest.page.url()).not.toContain("esi_");
  await guest.page.getByLabel("Name").fill("Grace Hopper");
  await guest.page.getByLabel("Email").fill(`${crypto.randomUUID()}@example.com`);
  await guest.page.getByLabel("Password").fill("correct horse battery");
  await guest.page.getByRole("button", { name: "Create account" }).click();
  await guest.page.getByRole("heading", { name: "Ada invites you to “Bakery”" }).waitFor();
  expect(await findings(guest.page)).toEqual([]);
  await picture(guest.page, "81-invitation");
  await guest.page.getByRole("button", { name: "Join the project" }).click();
  await guest.page.waitForURL(`**/projects/${projectId}`);
});

it("A viewer sees the conversation and the files, and is told why nothing can be changed", async () => {
  const { page } = guest;
  const workspace = workspaceOf(page);
  await page.getByText("We bake on Mondays.", { exact: true }).waitFor();
  await page.getByText("You can view this project. Ask its owner to make you an editor.").first().waitFor();
  expect(await page.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
  expect(await page.getByRole("tab", { name: "Data" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: /^Publish/ }).count()).toBe(0);
  await workspace.tab("Code");
  await workspace.file("index.html").click();
  const editor = workspace.editor("index.html");
  await editor.waitFor();
  expect(await editor.getAttribute("contenteditable")).toBe("false");
  expect(await page.getByRole("button", { name: "New file" }).count()).toBe(0);
  expect(await findings(page)).toEqual([]);
  await picture(page, "82-viewer");
  await owner.page
    .getByRole("list", { name: "Also viewing" })
    .getByText("Grace Hopper, in index.html")
    .first()
    .waitFor();
});

it("An editor comments on a turn, and the owner sees it without a reload", async () => {
  const dialog = await openShareDialog(owner.page);
  const changed = owner.page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
  await Promise.all([changed, dialog.getByLabel("Role of Grace Hopper").selectOption("editor")]);
  await dialog.getByRole("button", { name: "Done" }).click();

  // The open page updates to the new role by itself.
  await guest.page.getByRole("button", { name: "Comment", exact: true }).click();
  const comment = guest.page.getByRole("textbox", { name: "Comment" });
  await comment.and(guest.page.locator(":focus")).waitFor();
  await comment.fill("Tuesdays too, please.");
  // An unfinished comment survives a reload, and is cleared once it is sent.
  await guest.page.reload();
  await comment.waitFor();
  expect(await comment.inputValue()).toBe("Tuesdays too, please.");
  await comment.press("Enter");
  await owner.page.getByRole("button", { name: "1 comment" }).click();
  await owner.page.getByText("Tuesdays too, please.").waitFor();
  expect(await comment.inputValue()).toBe("");
  expect(await findings(owner.page)).toEqual([]);
  await picture(owner.page, "83-comments");
});

it("An owner has a link emailed, and the link stays in the dialog", async () => {
  await owner.page.goto(`/projects/${projectId}`);
  const dialog = await openShareDialog(owner.page);
  await dialog.getByLabel("Only for this email (optional)").fill("alan@example.com");
  expect(await dialog.getByLabel("Email them the link").isChecked()).toBe(true);
  await dialog.getByRole("button", { name: "Create link" }).press("Enter");
  await dialog.getByText("We've emailed the link to alan@example.com.").waitFor();
  await dialog.getByLabel("Invitation link", { exact: true }).getByText("/invitation#esi_").waitFor();
  expect(await findings(owner.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Done" }).click();
});

it("A role that changes twice in a moment ends pointing and the app's data, whatever is open, and gives them back", async () => {
  const { page } = guest;
  await page.goto(`/projects/${projectId}`);
  const workspace = workspaceOf(page);
  await workspace.prompt.fill("Half a prompt");
  const { data } = await ada.expect(z.object({ data: z.array(member) }), 200, `/v1/projects/${projectId}/members`);
  const grace = data.find(({ role }) => role !== "owner");
  const path = `/v1/projects/${projectId}/members/${grace?.userId}`;
  const become = async (...roles: string[]) => {
    for (const role of roles) expect((await ada.request(path, { method: "PATCH", body: { role } })).status).toBe(200);
  };
  await page.getByRole("button", { name: "Point at an element" }).click();
  const pointing = page.getByRole("region", { name: "Point" });
  await pointing.waitFor();
  await become("viewer", "editor", "viewer");
  await page.getByText("You can view this project. Ask its owner to make you an editor.").first().waitFor();
  await pointing.waitFor({ state: "detached" });
  expect(await workspace.prompt.inputValue()).toBe("Half a prompt");
  expect(await page.getByRole("tab", { name: "Data" }).count()).toBe(0);
  await become("editor");
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByText("No tables yet").waitFor();
  await become("viewer");
  await page.getByRole("tab", { name: "Data" }).waitFor({ state: "detached" });
});

it("The pages of what only the owner can change say so to others, and a viewer looks at the agents alone", async () => {
  const { page } = guest;
  for (const name of ["settings", "publishing"]) {
    await page.goto(`/projects/${projectId}/${name}`);
    await page.getByText("Only the owner of this project can use this page.").waitFor();
    expect(await page.getByRole("main").getByRole("button").count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  }
  await page.goto(`/projects/${projectId}/agents`);
  await page.getByText("You can view this project. Ask its owner to make you an editor.").waitFor();
  expect(await page.getByRole("button", { name: "New agent" }).count()).toBe(0);
  await page.goto(`/projects/${projectId}`);
  await workspaceOf(page).prompt.waitFor();
});

it("A member is asked before leaving, and the owner who removes them afterwards has the list without them", async () => {
  const bob = await newCaller(testStack.stack);
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, bob);
  const { token } = await ada.expect(newInvitation, 201, `/v1/projects/${projectId}/invitations`, {
    body: { role: "viewer" },
  });
  await visit.page.goto(`/invitation#${token}`);
  await visit.page.getByRole("button", { name: "Join the project" }).click();
  await owner.page.goto(`/projects/${projectId}`);
  const dialog = await openShareDialog(owner.page);
  const remove = dialog.getByRole("button", { name: "Remove Ada" });
  await remove.waitFor();
  // Delays the notification of the owner's page.
  let learn = () => {};
  const learned = new Promise<void>((resolve) => {
    learn = resolve;
  });
  await owner.page.route("**/members?*", async (route) => {
    await learned;
    await route.continue();
  });

  await visit.page.getByRole("button", { name: "Project", exact: true }).click();
  await visit.page.getByRole("button", { name: "Members", exact: true }).click();
  await visit.page.getByRole("button", { name: "Leave the project" }).click();
  const question = visit.page.getByRole("dialog", { name: "Leave “Bakery”?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await visit.page.getByRole("button", { name: "Leave the project" }).click();
  await question.getByRole("button", { name: "Leave", exact: true }).click();
  await visit.page.getByRole("textbox", { name: "Describe an app" }).waitFor();

  await remove.click();
  const refused = owner.page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await owner.page.getByRole("dialog", { name: "Remove Ada?" }).getByRole("button", { name: "Remove" }).click();
  expect((await refused).status()).toBe(404);
  learn();
  await remove.waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Done" }).click();
  expect(visit.complaints).toEqual([]);
  owner.complaints.splice(0, 1);
  await visit.close();
});

it("The open list of members follows who joins, whose role changes and who leaves", async () => {
  const bob = await newCaller(testStack.stack);
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, bob);
  const { token } = await ada.expect(newInvitation, 201, `/v1/projects/${projectId}/invitations`, {
    body: { role: "viewer" },
  });
  await owner.page.goto(`/projects/${projectId}`);
  const dialog = await openShareDialog(owner.page);
  const role = dialog.getByLabel("Role of Ada");
  const links = dialog.getByRole("list", { name: "Open links" }).getByRole("listitem");
  const before = await links.count();
  expect(await role.count()).toBe(0);
  await visit.page.goto(`/invitation#${token}`);
  await visit.page.getByRole("button", { name: "Join the project" }).click();
  await role.waitFor();
  expect(await role.inputValue()).toBe("viewer");
  await expect.poll(() => links.count()).toBe(before - 1);

  const { data } = await ada.expect(z.object({ data: z.array(member) }), 200, `/v1/projects/${projectId}/members`);
  const joined = data.find((one) => one.role === "viewer" && one.name === "Ada");
  const path = `/v1/projects/${projectId}/members/${joined?.userId}`;
  expect((await ada.request(path, { method: "PATCH", body: { role: "editor" } })).status).toBe(200);
  await expect.poll(() => role.inputValue()).toBe("editor");

  await visit.page.getByRole("button", { name: "Project", exact: true }).click();
  await visit.page.getByRole("button", { name: "Members", exact: true }).click();
  await visit.page.getByRole("button", { name: "Leave the project" }).click();
  await visit.page.getByRole("dialog", { name: "Leave “Bakery”?" }).getByRole("button", { name: "Leave" }).click();
  await role.waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Done" }).click();

  // A person who has left no longer sees the project that was open before.
  await visit.page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  await visit.page.goBack();
  await visit.page.getByRole("heading", { name: "Project not found" }).waitFor();
  expect(await visit.page.getByText("We bake on Mondays.").count()).toBe(0);
  visit.complaints.splice(0);
  await visit.close();
});

it("Who follows an invitation and is a member already is told so, with their role, and goes to the project", async () => {
  const bob = await newCaller(testStack.stack);
  const visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, bob);
  const invite = (role: string) =>
    ada.expect(newInvitation, 201, `/v1/projects/${projectId}/invitations`, { body: { role, reusable: true } });
  const [toView, toEdit] = [await invite("viewer"), await invite("editor")];
  const { page } = visit;
  await page.goto(`/invitation#${toView.token}`);
  await page.getByRole("button", { name: "Join the project" }).click();
  await page.waitForURL(`**/projects/${projectId}`);

  await page.goto(`/invitation#${toView.token}`);
  await page.getByRole("heading", { name: "You're a member of “Bakery” already" }).waitFor();
  await page.getByText("Your role: Viewer.").waitFor();
  expect(await page.getByRole("button", { name: "Join the project" }).count()).toBe(0);
  expect(await findings(page)).toEqual([]);
  await picture(page, "84-member-already");
  await page.getByRole("link", { name: "Open the project" }).click();
  await page.waitForURL(`**/projects/${projectId}`);

  // An invitation with a higher role still applies.
  await page.goto(`/invitation#${toEdit.token}`);
  await page.getByText("You're a member already. Your role: Viewer.").waitFor();
  await page.getByRole("button", { name: "Become an editor" }).click();
  await page.waitForURL(`**/projects/${projectId}`);
  await owner.page.goto(`/invitation#${toEdit.token}`);
  await owner.page.getByRole("heading", { name: "“Bakery” is your project" }).waitFor();
  await owner.page.getByRole("link", { name: "Open the project" }).click();
  await owner.page.waitForURL(`**/projects/${projectId}`);
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

it("A viewer is told during a run who can stop it", async () => {
  const { page } = guest;
  const { id } = await startRun(ada, projectId, "[[stream 20000 deltas at 10 ms]]");
  await page.goto(`/projects/${projectId}`);
  await page.getByText("Only its owner and its editors can stop the run.").waitFor();
  expect(await page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(0);
  expect((await ada.request(`/v1/runs/${id}/cancel`, { method: "POST" })).status).toBe(200);
  await page.getByText("Only its owner and its editors can stop the run.").waitFor({ state: "detached" });
});

it("A removed member's open page says at once that the project is gone", async () => {
  const dialog = await openShareDialog(owner.page);
  await dialog.getByRole("button", { name: "Remove Grace Hopper" }).click();
  await owner.page
    .getByRole("dialog", { name: "Remove Grace Hopper?" })
    .getByRole("button", { name: "Remove" })
    .click();
  await guest.page.getByText("This project was deleted or is no longer shared with you.").waitFor();
  for (const name of ["Project", "Comment"])
    expect([name, await guest.page.getByRole("button", { name, exact: true }).count()]).toEqual([name, 0]);
  await guest.page.reload();
  await guest.page.getByRole("heading", { name: "Project not found" }).waitFor();
  expect(owner.complaints).toEqual([]);
});
