// The administration pages for the platform's operators, whose figures must match the traffic.

import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type MetricName, metricPoints, overview, publication } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { signUpOwner } from "./owner.ts";

const email = "owner@example.com";

let testStack: TestStack;
let browser: Browser;
/** The operator, authenticated by cookie. */
let owner: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([
    openTestStack({ variables: { ADMIN_EMAILS: `somebody@example.com,${email}` } }),
    launchBrowser(),
  ]);
  owner = await signUpOwner(testStack, email);
});

afterEach(async () => {
  await visit?.close();
  const complaints = (visit?.complaints ?? []).filter((one) => !/^Failed to load resource.* 404 /.test(one));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function open(tab: string, size = { width: 1440, height: 900 }): Promise<Page> {
  visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, owner);
  await visit.page.goto(`/admin/${tab}`);
  return visit.page;
}

type Violation = { id: string; nodes: { html: string }[] };

/** Returns axe's violations of accessibility rules on the page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: Violation[] = await page.evaluate("axe.run().then(({ violations }) => violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`);
}

type Extent = { text: string; left: number; right: number };

/** Returns the dates below a chart that start less than 4 CSS pixels after the end of the date beside them. */
async function overlappingDates(page: Page): Promise<string[]> {
  const extents: Extent[] = await page.evaluate(`
    [...document.querySelectorAll(".ct-label.ct-horizontal:not(:empty)")].map((label) => {
      const range = document.createRange();
      range.selectNodeContents(label);
      const { left, right } = range.getBoundingClientRect();
      return { text: label.textContent, left, right };
    })`);
  expect(extents.length).toBeGreaterThan(1);
  return extents.filter(({ left }, at) => left < (extents[at - 1]?.right ?? 0) + 4).map(({ text }) => text);
}

const sumOf = async (metric: MetricName, from: string): Promise<number> => {
  const path = `/v1/admin/metrics?metric=${metric}&from=${encodeURIComponent(from)}&step=60`;
  const { points } = await owner.expect(metricPoints, 200, path);
  return points.reduce((sum, { value }) => sum + value, 0);
};

/** Sends API requests from several accounts at once. @returns the number of requests */
async function useApi(): Promise<number> {
  const callers = await Promise.all([1, 2, 3].map(() => newCaller(testStack.stack)));
  const counts = callers.map(async (caller) => {
    const id = await newProject(caller, "Traffic");
    await startRun(caller, id, '```script\n[{"text":"Hello."}]\n```');
    for (let at = 0; at < 20; at += 1) await (await caller.request("/v1/projects")).text();
    for (let at = 0; at < 5; at += 1) await (await caller.request("/v1/projects/prj_0")).text();
    // Includes the sign-up and the creation of the token.
    return 2 + 1 + 1 + 20 + 5;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

describe("administration", () => {
  it("The metrics equal the counts of a load generator exactly", async () => {
    const from = new Date(Date.now() - 600_000).toISOString();
    const before = await sumOf("requests", from);
    const sent = await useApi();
    expect(await sumOf("requests", from)).toBe(before + 1 + sent);
    await expect.poll(() => sumOf("runs", from), { timeout: 30_000 }).toBe(3);
    expect(await sumOf("failed_runs", from)).toBe(0);
    expect(await sumOf("errors", from)).toBe(0);
    const { lastHour, routes } = await owner.expect(overview, 200, "/v1/admin/overview");
    expect(lastHour).toMatchObject({ runs: 3, failedRuns: 0, errors: 0 });
    expect(routes.find(({ route }) => route === "GET /v1/projects")).toMatchObject({ requests: 60, clientErrors: 0 });
    expect(routes.find(({ route }) => route === "GET /v1/projects/{id}")).toMatchObject({ clientErrors: 15 });
  });

  it("Somebody else finds no administration, neither the page nor a link to it", async () => {
    const caller = await newCaller(testStack.stack);
    visit = await newVisit(browser, testStack.stack.appUrl);
    await signIn(visit, caller);
    await visit.page.goto("/admin");
    await visit.page.getByText("Your account doesn't have access to this page.").waitFor();
    await visit.page.goto("/settings");
    await visit.page.getByRole("heading", { name: "Account", exact: true }).waitFor();
    expect(await visit.page.getByRole("link", { name: "Administration" }).count()).toBe(0);
  });

  it("The owner reaches the overview from the settings, with figures and charts", async () => {
    const page = await open("overview");
    await page.goto("/settings");
    await page.getByRole("link", { name: "Administration" }).click();
    await page.getByRole("img", { name: /^Requests, last hour: last/ }).waitFor();
    await page.getByRole("rowheader", { name: "GET /v1/projects", exact: true }).waitFor();
    await picture(page, "administration-overview");
    expect(await violations(page)).toEqual([]);
  });

  it("The owner changes an alert's threshold and reads its history", async () => {
    const page = await open("alerts");
    await page.getByRole("button", { name: "Change memory" }).click();
    await page.getByLabel("Greater than").fill("0.7");
    await picture(page, "administration-alert");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save alert" }).click();
    await page.getByText("Highest memory held above 70% over 60 s").waitFor();
    await picture(page, "administration-alerts");
    expect(await violations(page)).toEqual([]);
  });

  it("The owner finds an account, changes its plan, suspends it and lets it in again", async () => {
    const caller = await newCaller(testStack.stack);
    const { email: address } = await owner
      .expect(z.object({ data: z.array(z.object({ email: z.string() })) }), 200, "/v1/admin/accounts?limit=1")
      .then(({ data: [newest] }) => newest ?? { email: "" });
    const page = await open("accounts");
    await page.getByRole("searchbox", { name: "Search accounts" }).fill(address);
    await page.getByLabel(`Plan of ${address}`).selectOption("pro");
    await page.getByRole("button", { name: `Suspend ${address}`, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
    await page.getByText("Suspended just now").waitFor();
    expect((await caller.request("/v1/projects")).status).toBe(403);
    await picture(page, "administration-accounts");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: `Unsuspend ${address}` }).click();
    await page.getByRole("button", { name: `Suspend ${address}`, exact: true }).waitFor();
    expect((await caller.request("/v1/projects")).status).toBe(200);
  });

  it("The owner reads the trace of a request by its id", async () => {
    const requestId = crypto.randomUUID();
    const headers = {
      traceparent: `00-${requestId.replaceAll("-", "")}-00f067aa0ba902b7-01`,
      "X-Request-Id": requestId,
    };
    await (await owner.request("/v1/projects", { headers })).text();
    const page = await open("traces");
    await page.getByLabel("Request id").fill(requestId);
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("rowheader", { name: "request GET /v1/projects" }).waitFor();
    await page.getByRole("rowheader", { name: "db select project" }).waitFor();
    await picture(page, "administration-trace");
    expect(await violations(page)).toEqual([]);
  });

  it("The owner deletes an account after typing its address", async () => {
    const caller = await newCaller(testStack.stack);
    const { email: address } = await owner
      .expect(z.object({ data: z.array(z.object({ email: z.string() })) }), 200, "/v1/admin/accounts?limit=1")
      .then(({ data: [newest] }) => newest ?? { email: "" });
    const page = await open("accounts");
    await page.getByRole("button", { name: `Delete ${address}` }).click();
    await page.getByLabel("Type the account's address to confirm").fill(address);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByText(`${address} is being deleted.`).waitFor();
    expect((await caller.request("/v1/projects")).status).toBeGreaterThanOrEqual(401);
  });

  it("The owner takes a published app down", async () => {
    const caller = await newCaller(testStack.stack);
    const id = await newProject(caller, "Billboard");
    const operations = [{ op: "create", path: "index.html", content: "<!doctype html><title>Hi</title>Hi" }];
    await caller.request(`/v1/projects/${id}/batches`, { body: { operations } });
    await caller.request(`/v1/projects/${id}/publish`, { method: "POST" });
    const page = await open("apps");
    await page.getByRole("button", { name: "Take down Billboard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take down" }).click();
    await page.getByText("No app is published.").waitFor();
    const list = z.object({ data: z.array(publication) });
    expect((await owner.expect(list, 200, "/v1/admin/publications")).data).toEqual([]);
  });

  it("The spend page shows days, accounts, agents and models, also on a phone", async () => {
    const page = await open("spend", { width: 360, height: 740 });
    await page.getByRole("img", { name: /^Spend by day/ }).waitFor();
    await page.getByRole("rowheader", { name: "edgesmith-scripted" }).waitFor();
    await picture(page, "administration-spend-phone");
    expect(await overlappingDates(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });

  it.each(["/admin/apps", "/settings/activity"])("On a phone the current tab of %s is in view", async (path) => {
    const page = await open("overview", { width: 360, height: 740 });
    await page.goto(path);
    const current = page.getByRole("main").locator("xpath=..").locator("nav [aria-current=page]");
    await current.waitFor();
    const rightEdge = async (): Promise<number> => {
      const box = await current.boundingBox();
      return box === null ? Number.POSITIVE_INFINITY : box.x + box.width;
    };
    await expect.poll(rightEdge).toBeLessThanOrEqual(360);
  });
});
