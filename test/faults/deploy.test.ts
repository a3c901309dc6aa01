// Runs `npm run deploy` with the real wrangler against a stand-in for Cloudflare's API, and smoke-tests a real stack:
// the first deployment, the next one, a migration that fails halfway, a bad Worker version, and a bad site.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openAccount } from "../../dev/deploy/cloudflare.ts";
import { type Deployment, deploy } from "../../dev/deploy/deploy.ts";
import { ENVIRONMENTS } from "../../dev/deploy/environments.ts";
import { readInstallation } from "../../dev/deploy/installation.ts";
import { uploadSourceMaps } from "../../dev/deploy/sentry.ts";
import { MIGRATIONS } from "../../dev/migrate.ts";
import { bundleWorker } from "../../dev/supervisor/builds.ts";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { releaseOf } from "../../worker/config/version.ts";
import { startCloudflare } from "../dev/cloudflare-stand-in.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";

const folder = mkdtempSync(join(tmpdir(), "edgesmith-deploy-"));
let testStack: TestStack;
let cloudflare: Awaited<ReturnType<typeof startCloudflare>>;
let front: Server;
let appUrl = "";
/** Whether the deployed system responds correctly. */
let isHealthy = (): boolean => true;

beforeAll(async () => {
  testStack = await openTestStack();
  cloudflare = await startCloudflare();
  for (const environment of ENVIRONMENTS) {
    const { queues, buckets } = readInstallation(ROOT, environment);
    for (const queue of queues) cloudflare.queues.add(queue);
    for (const bucket of buckets) cloudflare.buckets.add(bucket);
  }
  for (const [name, value] of Object.entries(cloudflare.variables)) vi.stubEnv(name, value);
  writeFileSync(join(folder, "index.html"), "<h1>Edgesmith</h1>");
  front = createServer(async (incoming, outgoing) => {
    if (!isHealthy()) {
      outgoing.writeHead(500).end("broken");
      return;
    }
    const { host: _, connection: __, "transfer-encoding": ___, ...headers } = incoming.headers;
    const body: Buffer[] = [];
    for await (const piece of incoming) body.push(piece as Buffer);
    const response = await fetch(`http://127.0.0.1:${testStack.stack.port}${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: { ...(headers as Record<string, string>), origin: testStack.stack.appUrl },
      ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
    });
    outgoing.writeHead(response.status, [...response.headers].filter(([name]) => !/encoding|length/.test(name)).flat());
    outgoing.end(await response.text());
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  appUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  front.close();
  await cloudflare.close();
  await testStack.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  isHealthy = () => true;
  cloudflare.failing.length = 0;
  cloudflare.calls.length = 0;
});

type More = Partial<Pick<Deployment, "migrations" | "environment" | "sourceMaps">>;

async function deployed(tag: string, more: More = {}) {
  const lines: string[] = [];
  const outcome = await deploy({
    account: openAccount(process.env),
    databaseUrl: testStack.stack.databaseUrl,
    appUrl,
    mailbox: "ops@example.com",
    tag,
    site: folder,
    pagesProject: "edgesmith",
    print: (line) => lines.push(line),
    ...more,
  }).then(
    () => "deployed",
    (error: Error) => error.message,
  );
  return { outcome, lines };
}

const serving = () => Object.fromEntries([...cloudflare.workers].map(([name, worker]) => [name, worker.serving]));
const WHOLE = [{ id: expect.any(String), percentage: 100 }];

it("The first deployment deploys Workers that name each other, and the site", async () => {
  const { outcome, lines } = await deployed("first");
  expect(outcome).toBe("deployed");
  expect(serving()).toEqual({ "edgesmith-types": WHOLE, "edgesmith-preview": WHOLE, "edgesmith-api": WHOLE });
  expect(cloudflare.workers.get("edgesmith-preview")?.migrationTag).toBe("v2");
  expect(cloudflare.pages.deployments).toHaveLength(1);
  expect(lines.filter((line) => line.includes("it is the first deployment"))).toHaveLength(3);
});

it("The next deployment gives each new version a tenth of the traffic, then all of it", async () => {
  const before = serving();
  const { outcome, lines } = await deployed("second");
  expect(outcome).toBe("deployed");
  expect(serving()).not.toEqual(before);
  expect(serving()).toEqual({ "edgesmith-types": WHOLE, "edgesmith-preview": WHOLE, "edgesmith-api": WHOLE });
  const steps = lines.filter((line) => line.endsWith("…")).map((line) => line.slice(0, -2));
  expect(steps.indexOf("edgesmith-api: 10 % of the traffic")).toBeLessThan(
    steps.indexOf("Smoke test of the new versions"),
  );
  expect(steps.indexOf("Smoke test of the new versions")).toBeLessThan(steps.indexOf("edgesmith-types: all traffic"));
  expect(cloudflare.calls.filter((call) => call === "POST /workers/scripts/edgesmith-api/deployments")).toHaveLength(2);
});

it("The environment preview has Workers of its own, and leaves those of production as they are", async () => {
  const before = serving();
  const { outcome } = await deployed("staging", { environment: "preview" });
  expect(outcome).toBe("deployed");
  const { "edgesmith-types-staging": types, "edgesmith-preview-staging": preview, ...rest } = serving();
  const { "edgesmith-api-staging": api, ...others } = rest;
  expect([types, preview, api]).toEqual([WHOLE, WHOLE, WHOLE]);
  expect(others).toEqual(before);
  for (const name of ["edgesmith-types-staging", "edgesmith-preview-staging", "edgesmith-api-staging"])
    cloudflare.workers.delete(name);
  cloudflare.pages.deployments.pop();
});

it("Source maps are sent to Sentry as files of the release that reports name", async () => {
  const received: { path: string; token: string | undefined; body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body: Buffer[] = [];
    for await (const piece of incoming) body.push(piece as Buffer);
    const { authorization: token } = incoming.headers;
    received.push({ path: incoming.url ?? "", token, body: Buffer.concat(body).toString() });
    outgoing.writeHead(201).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sentry = { url, token: "token-of-sentry", org: "my-company", project: "edgesmith" };
  const bundle = await bundleWorker("api");
  const count = await uploadSourceMaps(sentry, releaseOf("0123456789ab"), bundle);
  server.close();
  const release = "edgesmith@0.1.0+0123456789ab";
  expect(received[0]).toMatchObject({ path: "/api/0/organizations/my-company/releases/" });
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({ version: release, projects: ["edgesmith"] });
  const files = received.slice(1);
  expect(count).toBe(files.length);
  const path = `/api/0/projects/my-company/edgesmith/releases/${encodeURIComponent(release)}/files/`;
  expect(new Set(files.map((one) => one.path))).toEqual(new Set([path]));
  expect(files.map(({ body }) => /~\/[\w.]+/.exec(body)?.[0]).sort()).toEqual(["~/index.js", "~/index.js.map"]);
  expect(new Set(received.map(({ token }) => token))).toEqual(new Set(["Bearer token-of-sentry"]));
});

it("A bad version of a Worker is found while it has a tenth of the traffic, and loses it again", async () => {
  const before = serving();
  const known = new Set([...cloudflare.workers.values()].flatMap(({ uploaded }) => uploaded));
  isHealthy = () => cloudflare.workers.get("edgesmith-api")?.serving.every(({ id }) => known.has(id)) ?? false;
  const { outcome } = await deployed("bad");
  expect(outcome).toContain("GET /v1/ready: 500");
  expect(outcome).toContain("Everything that can be undone is undone.");
  expect(serving()).toEqual(before);
  expect(cloudflare.pages.deployments).toHaveLength(2);
});

it("A bad site is rolled back together with the Workers", async () => {
  const before = [serving(), cloudflare.pages.serving];
  const site = cloudflare.pages.serving;
  isHealthy = () => cloudflare.pages.serving === site;
  const { outcome } = await deployed("bad-site");
  expect(outcome).toContain("GET /v1/ready: 500");
  expect([serving(), cloudflare.pages.serving]).toEqual(before);
});

it("A version that cannot be rolled back is named", async () => {
  isHealthy = () => false;
  cloudflare.failing.push(/^POST .*edgesmith-types\/deployments$/);
  const { outcome } = await deployed("stuck");
  expect(outcome).toContain("Still deployed: edgesmith-types stuck.");
});

it("A migration that fails half-way changes nothing, and no Worker is deployed", async () => {
  const migrations = join(folder, "migrations");
  cpSync(MIGRATIONS, migrations, { recursive: true });
  writeFileSync(
    join(migrations, "9999_bad.sql"),
    'CREATE TABLE half_way (id text);--> statement-breakpoint\nALTER TABLE no_such_table ADD COLUMN "x" text;',
  );
  const journal = JSON.parse(readFileSync(join(migrations, "meta/_journal.json"), "utf8"));
  journal.entries.push({
    idx: 9_999,
    version: "7",
    when: journal.entries.at(-1).when + 1,
    tag: "9999_bad",
    breakpoints: true,
  });
  writeFileSync(join(migrations, "meta/_journal.json"), JSON.stringify(journal));
  const before = serving();
  const { outcome } = await deployed("half", { migrations });
  expect(outcome).toContain("no_such_table");
  const client = new pg.Client({ connectionString: testStack.stack.databaseUrl });
  await client.connect();
  expect((await client.query("SELECT to_regclass('half_way') AS made")).rows).toEqual([{ made: null }]);
  await client.end();
  expect(serving()).toEqual(before);
  expect(cloudflare.calls.filter((call) => call.startsWith("POST"))).toEqual([]);
});
