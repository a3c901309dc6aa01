// The report to the operators for each kind of failure, parsed with Sentry's own parser: exactly one, with the data
// that identifies the request. And no secret, wherever a user or an operator enters it, is in a report or a log.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { me, preview, requestTrace } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newProject } from "../stage/caller.ts";
import { type SentryEvent, startSentryIngest } from "../stage/sentry-ingest.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { enter, visit } from "./preview-request.ts";

/** One secret per place, so that a leak identifies its place. None of them looks like a real vendor's token. */
const places = [
  "header",
  "body",
  "prompt",
  "file",
  "path",
  "environment",
  "secret",
  "variable",
  "hook",
  "query",
] as const;
const canaries = Object.fromEntries(places.map((place) => [place, `cnry${place}Zq7Xw9Kp4Lm2`])) as Record<
  (typeof places)[number],
  string
>;
const email = "owner@example.com";
const password = "correct horse battery";

let testStack: TestStack;
let sentry: Awaited<ReturnType<typeof startSentryIngest>>;
let sql: pg.Client;
let owner: Caller;
let ownerId = "";
let projectId = "";

beforeAll(async () => {
  sentry = await startSentryIngest();
  testStack = await openTestStack({
    variables: {
      SENTRY_DSN: sentry.dsn,
      ADMIN_EMAILS: email,
      AUTH_SECRET: `${canaries.environment}-and-thirty-two-characters`,
      ANTHROPIC_HEADERS: JSON.stringify({ "x-gateway-key": canaries.environment }),
      ALLOW_LOOPBACK_WEBHOOKS: "true",
      LOG_LEVEL: "debug",
    },
  });
  sql = new pg.Client({ connectionString: testStack.stack.databaseUrl });
  await sql.connect();
  owner = await signUp();
  ownerId = (await owner.expect(me, 200, "/v1/me")).id;
  projectId = await newProject(owner, "Canary");
  await fill();
});

afterAll(async () => {
  await sql?.end();
  await testStack?.close();
  sentry?.close();
});

beforeEach(() => {
  sentry.events.length = 0;
  sentry.checkIns.length = 0;
});

async function signUp(): Promise<Caller> {
  const { appUrl, port } = testStack.stack;
  const anonymous = callerWith(appUrl, port, { Origin: appUrl }, "");
  const answer = await anonymous.request("/v1/auth/sign-up/email", { body: { name: "Olga", email, password } });
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
}

/** Puts secrets into a file, its path, a project's secret and variable, and a webhook's URL. */
async function fill(): Promise<void> {
  const server = `export default { fetch: () => new Response("${canaries.file}") };`;
  const operations = [
    { op: "write", path: "index.html", content: `<!doctype html><p>${canaries.file}</p>` },
    { op: "write", path: "src/server.ts", content: server },
    { op: "write", path: `${canaries.path}.txt`, content: canaries.file },
  ];
  const at = `/v1/projects/${projectId}`;
  await expectStatus(201, `${at}/batches`, { body: { operations } });
  await expectStatus(200, `${at}/secrets/KEY`, { method: "PUT", body: { value: canaries.secret } });
  await expectStatus(200, `${at}/variables/NAME`, { method: "PUT", body: { value: canaries.variable } });
  const body = { url: `http://127.0.0.1:9/${canaries.hook}`, events: ["project.updated"] };
  await owner.expect(z.object({ id: z.string() }), 201, "/v1/webhooks", { body });
}

async function expectStatus(status: number, path: string, init: Parameters<Caller["request"]>[1] = {}) {
  const answer = await owner.request(path, init);
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  return text;
}

/** Runs `work` while an SQL object is renamed, so that its users fail. */
async function without<T>(object: string, work: () => Promise<T>): Promise<T> {
  const [kind = "", name = ""] = object.split(" ");
  await sql.query(`ALTER ${kind} ${name} RENAME TO ${name}_gone`);
  try {
    return await work();
  } finally {
    await sql.query(`ALTER ${kind} ${name}_gone RENAME TO ${name}`);
  }
}

/** Returns the matching events, once there is at least one and no further event has followed. */
async function eventsWith(tags: Record<string, unknown>): Promise<SentryEvent[]> {
  const found = () =>
    sentry.events.filter((event) => Object.entries(tags).every(([name, value]) => event.tags[name] === value));
  await expect.poll(found, { timeout: 30_000 }).not.toEqual([]);
  // A second report would arrive together with the first, so a short wait is sufficient.
  await pause(500);
  return found();
}

function expectLeads(event: SentryEvent | undefined, leads: { user?: string; traceId?: string; requestId?: string }) {
  expect(event?.release).toMatch(/^edgesmith@\d+\.\d+\.\d+$/);
  expect(event?.tags.requestId).toEqual(leads.requestId ?? expect.stringMatching(/^[\w-]{8,64}$/));
  expect(event?.tags.traceId).toEqual(leads.traceId ?? expect.stringMatching(/^[0-9a-f]{32}$/));
  expect(event?.contexts?.trace?.trace_id).toBe(event?.tags.traceId);
  expect(event?.user?.id).toBe(leads.user);
}

const newTrace = () => {
  const traceId = crypto.randomUUID().replaceAll("-", "");
  const requestId = crypto.randomUUID();
  return {
    traceId,
    requestId,
    headers: { "X-Request-Id": requestId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  };
};

it("A failed request is reported once, with its route, account, request and trace", async () => {
  const { traceId, requestId, headers } = newTrace();
  await without("FUNCTION apply_batch", async () => {
    const operations = [{ op: "write", path: "a.txt", content: canaries.body }];
    await expectStatus(500, `/v1/projects/${projectId}/batches`, {
      body: { operations, message: canaries.body },
      headers: { ...headers, "X-Canary": canaries.header },
    });
  });
  const events = await eventsWith({ code: "internal" });
  expect(events).toHaveLength(1);
  expect(events[0]?.tags).toMatchObject({ route: "POST /v1/projects/{id}/batches" });
  expectLeads(events[0], { user: ownerId, traceId, requestId });
  const trace = await owner.expect(requestTrace, 200, `/v1/admin/traces/${requestId}`);
  expect(trace.spans.find(({ kind }) => kind === "request")).toMatchObject({ ok: false, traceId });
});

it("A failure in a project's Durable Object is reported once, with the request that started the run", async () => {
  const { traceId, requestId, headers } = newTrace();
  await without("FUNCTION add_messages", async () => {
    const prompt = `${canaries.prompt}\n\`\`\`script\n[{"text":"${canaries.prompt}"}]\n\`\`\``;
    const answer = await owner.request(`/v1/projects/${projectId}/runs`, {
      body: { prompt, agent: "fullstack" },
      headers: { ...headers, Accept: "text/event-stream" },
    });
    expect(await answer.text()).toContain("run.completed");
  });
  const events = await eventsWith({ route: "run" });
  expect(events).toHaveLength(1);
  expectLeads(events[0], { user: ownerId, traceId, requestId });
});

it("A cron job that fails is reported once with its name, and its check-in says so", async () => {
  await without("TABLE published_name", async () => {
    await testStack.stack.runScheduled();
  });
  const events = await eventsWith({ job: "publishedNames" });
  expect(events).toHaveLength(1);
  expect(events[0]?.tags).toMatchObject({ route: "cron" });
  expectLeads(events[0], {});
  const statuses = () => sentry.checkIns.map(({ status, monitor_slug: slug }) => `${slug} ${status}`);
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(["edgesmith-minute in_progress", "edgesmith-minute error"]);
  expect(sentry.checkIns[0]?.monitor_config?.schedule).toEqual({ type: "crontab", value: "* * * * *" });
  expect(new Set(sentry.checkIns.map(({ check_in_id: id }) => id)).size).toBe(1);
});

it("Deliveries that cannot be drained are reported once, however often the queue tries", async () => {
  const { traceId, requestId, headers } = newTrace();
  await without("TABLE webhook_circuit", async () => {
    const body = { name: `Canary ${canaries.body}` };
    await expectStatus(200, `/v1/projects/${projectId}`, { method: "PATCH", body, headers });
    await eventsWith({ route: "deliveries" });
    await pause(3_000);
  });
  const events = await eventsWith({ route: "deliveries" });
  expect(events).toHaveLength(1);
  expectLeads(events[0], { user: ownerId, traceId, requestId });
});

it("A failure in the preview Worker is reported once, with the account of the app and the visitor's trace", async () => {
  const { url } = await owner.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  const cookie = await enter(url);
  const app = new URL(`/?${canaries.query}`, url).href;
  expect((await visit(app, { cookie })).status).toBe(200);
  // The Worker caches successful visits for a moment.
  const statusOf = async () => (await visit(app, { cookie })).status;
  await without("TABLE preview_visit", () => expect.poll(statusOf, { timeout: 20_000, interval: 250 }).toBe(503));
  const events = await eventsWith({ route: "preview visit" });
  expect(events).toHaveLength(1);
  expectLeads(events[0], { user: ownerId });
});

it("An alert that fires is reported once, and grouped by its rule", async () => {
  const rule = {
    ...{ metric: "requests", aggregation: "sum", windowSeconds: 300, threshold: 0, forSeconds: 0 },
    ...{ cooldownSeconds: 900, severity: "ticket" },
  };
  await expectStatus(200, "/v1/admin/alerts/canary", { method: "PUT", body: rule });
  await expect
    .poll(
      async () => {
        await testStack.stack.runScheduled();
        return sentry.events.filter(({ tags }) => tags.alert === "canary").length;
      },
      { timeout: 120_000, interval: 2_000 },
    )
    .toBeGreaterThan(0);
  const events = await eventsWith({ alert: "canary" });
  expect(events).toHaveLength(1);
  expect(events[0]?.fingerprint).toEqual(["alert", "canary"]);
  expectLeads(events[0], {});
});

it("No secret is in anything that was sent to Sentry or logged, wherever it was put", () => {
  const { logFolder, databaseUrl } = testStack.stack;
  const logs = readdirSync(logFolder).map((file) => readFileSync(join(logFolder, file), "utf8"));
  expect(logs.join("")).toContain('"event":"span"');
  const secrets = { ...canaries, database: new URL(databaseUrl).password };
  const sent = [...sentry.raw, ...logs].join("\n");
  const leaked = Object.entries(secrets).flatMap(([place, secret]) => {
    const at = secret === "" ? -1 : sent.indexOf(secret);
    return at < 0 ? [] : [`${place}: ${sent.slice(Math.max(0, at - 300), at + 60)}`];
  });
  expect(leaked).toEqual([]);
  expect(z.string().parse(secrets.environment)).not.toBe("");
});
