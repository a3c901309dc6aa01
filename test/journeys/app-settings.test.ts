// An app calls an external service: an agent requests the host and the key, the owner decides in a dialog, and the
// app's settings list its variables, secrets, hosts and schedules.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type StandInHost, startStandInHost } from "../preview/stand-in-host.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

const canary = "sk_live_canary_value_4242";

let outside: StandInHost;
let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;
let projectId: string;

beforeAll(async () => {
  outside = await startStandInHost();
  const variables = { ALLOW_LOOPBACK_EGRESS: "true" };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
});

beforeEach(async () => {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  projectId = await newProject(caller, "Weather");
  const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch() {
    const shown = await fetch("http://${outside.host}/weather").then((answer) => answer.text(), (error) => String(error));
    const page = "<!doctype html><title>Weather</title><h1>" + (this.env.TITLE ?? "No title") + "</h1><p>" + shown.replaceAll("<", "&lt;") + "</p>";
    return new Response(page, { headers: { "Content-Type": "text/html" } });
  }
}`;
  const operations = [
    { op: "write", path: "src/server.js", content: server },
    { op: "write", path: "edgesmith.json", content: '{"crons": ["0 9 * * MON-FRI"]}' },
  ];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
});

afterEach(async () => {
  // The console logs a refused name and a refused host as failed responses.
  const complaints = visit.complaints.filter((text) => !/^Failed to load resource.* 422 /.test(text));
  await visit.close();
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
  await outside.close();
});

/** Makes an agent request the stand-in's host with a key. */
async function askForAccess(page: Page): Promise<void> {
  const workspace = workspaceOf(page);
  const input = { host: outside.host, reason: "To show the weather.", secret: "WEATHER_KEY" };
  const turns = [{ tools: [{ name: "request_access", input }] }, { text: "I know now." }];
  await workspace.prompt.fill(`\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``);
  await workspace.prompt.press("Enter");
}

it("an owner allows what an agent asks for in a dialog, and the app gets its answer without seeing the key", async () => {
  const { page } = visit;
  const workspace = workspaceOf(page);
  await page.goto(`/projects/${projectId}`);
  await workspace.app().getByText(`${outside.host} is not granted`).waitFor();
  await askForAccess(page);
  const dialog = page.getByRole("dialog", { name: `Allow the app to call ${outside.host}?` });
  await dialog.getByText("To show the weather.").waitFor();
  await dialog.getByText("WEATHER_KEY").first().waitFor();
  await picture(page, "40-access-request");
  await dialog.getByLabel("Value of WEATHER_KEY").fill(canary);
  await dialog.getByRole("button", { name: "Allow", exact: true }).click();
  await workspace.turn("completed").waitFor();
  await page.getByRole("button", { name: "Refresh preview" }).click();
  await workspace.app().getByText('"authorization":"[redacted]"').waitFor();
  expect(outside.authorizations).toContain(`Bearer ${canary}`);
  expect(await page.content()).not.toContain(canary);
});

it("an owner who refuses grants nothing, and the agent goes on", async () => {
  const { page } = visit;
  const workspace = workspaceOf(page);
  await page.goto(`/projects/${projectId}`);
  await workspace.app().getByText("is not granted").waitFor();
  await askForAccess(page);
  await page.getByRole("dialog").getByRole("button", { name: "Don't allow" }).click();
  await workspace.turn("completed").waitFor();
  await page.getByText("Asked for access").click();
  await page.getByText(`${outside.host} is not granted.`).first().waitFor();
});

it("the app's settings set and delete variables, secrets and hosts, and show no secret's value", async () => {
  const { page } = visit;
  await page.goto(`/projects/${projectId}/settings`);
  const variables = page.locator("section", { has: page.getByRole("heading", { name: "Variables" }) });
  await variables.getByLabel("Name").fill("TITLE");
  await variables.getByLabel("Value").fill("Weather today");
  await variables.getByRole("button", { name: "Set variable" }).click();
  await page.getByRole("list", { name: "Variables" }).getByText("Weather today").waitFor();
  const secrets = page.locator("section", { has: page.getByRole("heading", { name: "Secrets" }) });
  await secrets.getByLabel("Name").fill("VITE_KEY");
  await secrets.getByLabel("Value").fill(canary);
  await secrets.getByRole("button", { name: "Set secret" }).click();
  await secrets.getByRole("alert").getByText("every visitor can read them").waitFor();
  await secrets.getByLabel("Name").fill("WEATHER_KEY");
  await secrets.getByRole("button", { name: "Set secret" }).click();
  await page.getByRole("list", { name: "Secrets" }).getByText("WEATHER_KEY").waitFor();
  const hosts = page.locator("section", { has: page.getByRole("heading", { name: "Hosts" }) });
  await hosts.getByLabel("Host").fill("169.254.169.254");
  await hosts.getByRole("button", { name: "Allow host" }).click();
  await hosts.getByRole("alert").getByText("an IP address cannot be granted").waitFor();
  await hosts.getByLabel("Host").fill(outside.host);
  await hosts.getByLabel("Value of the header").fill("Bearer {{WEATHER_KEY}}");
  await hosts.getByRole("button", { name: "Allow host" }).click();
  await page.getByRole("list", { name: "Hosts" }).getByText("Bearer {{WEATHER_KEY}}").waitFor();
  await picture(page, "41-app-settings");
  await page.goto(`/projects/${projectId}`);
  await workspaceOf(page).app().getByRole("heading", { name: "Weather today" }).waitFor();
  expect(await page.content()).not.toContain(canary);
  await page.goto(`/projects/${projectId}/settings`);
  const schedules = page.getByRole("list", { name: "Schedules" });
  await schedules.getByText("Cron 0 9 * * MON-FRI").waitFor();
  await schedules.getByText("Has not run yet").waitFor();
  await schedules.getByRole("button", { name: "Run Cron 0 9 * * MON-FRI now" }).click();
  await schedules.getByText("Last run by hand").waitFor();
  await page.getByText("GitHub: Off").waitFor();
  await page.getByText("/callback", { exact: false }).first().waitFor();
  await page.getByRole("combobox", { name: "Whose schedules" }).selectOption("Published app");
  await page.getByText("Nothing is due.").waitFor();
  await page.getByRole("button", { name: `Delete ${outside.host}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No hosts.").waitFor();
});
