import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { Hono } from "hono";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const AT = "2026-11-01T00:00:00Z";

type Version = { id: string; percentage: number };
type Worker = { serving: Version[]; uploaded: string[]; migrationTag: string | null; secrets: Set<string> };

/** The state of the account, and all requests so far as `METHOD path`. Requests in `failing` receive a 500 response. */
export type CloudflareState = {
  workers: Map<string, Worker>;
  pages: { deployments: string[]; serving: string | null };
  queues: Set<string>;
  buckets: Set<string>;
  calls: string[];
  failing: RegExp[];
};

/**
 * Starts a stand-in for Cloudflare's API (https://developers.cloudflare.com/api/) with one account without Workers. It
 * supports the requests that wrangler and the `cloudflare` package send for Worker versions and for Pages.
 */
export async function startCloudflare() {
  const state: CloudflareState = {
    workers: new Map(),
    pages: { deployments: [], serving: null },
    queues: new Set(),
    buckets: new Set(),
    calls: [],
    failing: [],
  };
  const app = routes(state);
  const server = createServer(async (incoming, outgoing) => {
    const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
    const request = new Request(`http://cloudflare${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: { "content-type": incoming.headers["content-type"] ?? "" },
      ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
    } as RequestInit);
    const response = await app.fetch(request);
    outgoing.writeHead(response.status, { "content-type": "application/json" });
    outgoing.end(await response.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...state,
    variables: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "test-token",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const succeeded = (result: unknown) => Response.json({ success: true, errors: [], messages: [], result });
const failed = (status: number, code: number, message: string) =>
  Response.json({ success: false, errors: [{ code, message }], messages: [], result: null }, { status });

function routes(state: CloudflareState) {
  const app = new Hono();
  app.use(async (c, next) => {
    const call = `${c.req.method} ${c.req.path.replace("/client/v4", "").replace(`/accounts/${ACCOUNT}`, "")}`;
    state.calls.push(call);
    if (state.failing.some((pattern) => pattern.test(call)))
      return failed(500, 10_013, "An unknown error has occurred.");
    return next();
  });
  app.notFound(() => failed(404, 10_007, "This Worker does not exist on your account."));
  app.get("/client/v4/user/tokens/verify", () => succeeded({ id: "token", status: "active" }));
  addWorkers(app, state);
  addQueues(app, state);
  app.get(`/client/v4/accounts/${ACCOUNT}/r2/buckets`, () =>
    succeeded({ buckets: [...state.buckets].map((name) => ({ name })) }),
  );
  app.get(`/client/v4/accounts/${ACCOUNT}/r2/buckets/:name`, (c) => {
    const name = c.req.param("name");
    return state.buckets.has(name) ? succeeded({ name }) : failed(404, 10_006, "The specified bucket does not exist.");
  });
  app.post(`/client/v4/accounts/${ACCOUNT}/r2/buckets`, async (c) => {
    const { name } = await c.req.json<{ name: string }>();
    state.buckets.add(name);
    return succeeded({ name });
  });
  addPages(app, state);
  return app;
}

let ids = 0;
function newId(): string {
  ids += 1;
  return `${String(ids).padStart(8, "0")}-0000-4000-8000-000000000000`;
}

function addWorkers(app: Hono, { workers }: CloudflareState): void {
  const base = `/client/v4/accounts/${ACCOUNT}/workers`;
  const missing = () => failed(404, 10_007, "This Worker does not exist on your account.");
  const script = `${base}/scripts/:name`;
  app.get(`${base}/scripts`, () => succeeded([...workers].map(([id, worker]) => ({ id, ...tagOf(worker) }))));
  app.put(script, async (c) => {
    const body = await c.req.text();
    const name = c.req.param("name");
    const id = newId();
    const migrationTag = /"new_tag":"([^"]+)"/.exec(body)?.[1] ?? workers.get(name)?.migrationTag ?? null;
    workers.set(name, {
      serving: [{ id, percentage: 100 }],
      uploaded: [id],
      migrationTag,
      secrets: workers.get(name)?.secrets ?? new Set(),
    });
    return succeeded({ id: name, tag: "tag", etag: id, deployment_id: id, startup_time_ms: 90 });
  });
  app.use(`${script}/*`, (c, next) => (workers.has(c.req.param("name") ?? "") ? next() : Promise.resolve(missing())));
  app.get(`${base}/services/:name`, (c) => {
    const worker = workers.get(c.req.param("name"));
    if (worker === undefined) return missing();
    const deployed = { last_deployed_from: "wrangler", tag: "tag", ...tagOf(worker) };
    const environment = { environment: "production", script: deployed };
    return succeeded({ id: c.req.param("name"), default_environment: environment, environments: [environment] });
  });
  addVersions(app, script, (name) => workers.get(name));
  for (const rest of ["settings", "script-settings"])
    app.on(["GET", "PATCH"], `${script}/${rest}`, () => succeeded({ bindings: [] }));
  const secretsOf = (name: string) =>
    [...(workers.get(name)?.secrets ?? [])].map((secret) => ({ name: secret, type: "secret_text" }));
  app.get(`${script}/secrets`, (c) => succeeded(secretsOf(c.req.param("name"))));
  app.put(`${script}/secrets`, async (c) => {
    const { name } = await c.req.json<{ name: string }>();
    workers.get(c.req.param("name"))?.secrets.add(name);
    return succeeded({ name, type: "secret_text" });
  });
  app.on(["GET", "PATCH"], `${base}/workers/:name`, (c) => {
    const subdomain = { enabled: false, previews_enabled: false };
    return succeeded({ id: c.req.param("name"), name: c.req.param("name"), subdomain });
  });
  app.on(["GET", "POST"], `${script}/subdomain`, () => succeeded({ enabled: false, previews_enabled: false }));
  app.on(["GET", "PUT"], `${script}/schedules`, () => succeeded({ schedules: [] }));
}

const tagOf = ({ migrationTag }: Worker) => (migrationTag === null ? {} : { migration_tag: migrationTag });

function addVersions(app: Hono, script: string, workerOf: (name: string) => Worker | undefined): void {
  app.post(`${script}/versions`, async (c) => {
    const worker = workerOf(c.req.param("name") ?? "");
    await c.req.arrayBuffer();
    const id = newId();
    worker?.uploaded.push(id);
    return succeeded({ ...toVersion(id), startup_time_ms: 90, number: worker?.uploaded.length });
  });
  app.get(`${script}/versions/:id`, (c) => succeeded(toVersion(c.req.param("id"))));
  app.get(`${script}/deployments`, (c) => {
    const versions = workerOf(c.req.param("name") ?? "")?.serving ?? [];
    const shares = versions.map(({ id, percentage }) => ({ version_id: id, percentage }));
    const deployment = { id: newId(), source: "wrangler", strategy: "percentage", created_on: AT, versions: shares };
    return succeeded({ deployments: [deployment] });
  });
  app.post(`${script}/deployments`, async (c) => {
    const worker = workerOf(c.req.param("name") ?? "");
    const { versions } = await c.req.json<{ versions: { version_id: string; percentage: number }[] }>();
    if (worker) worker.serving = versions.map(({ version_id, percentage }) => ({ id: version_id, percentage }));
    return succeeded({ id: newId() });
  });
}

const toVersion = (id: string) => ({
  id,
  number: 1,
  metadata: { created_on: AT, modified_on: AT, author_email: "ada@example.com", author_id: "ada", source: "wrangler" },
  annotations: {},
  resources: { bindings: [], script: { etag: id, handlers: ["fetch"] }, script_runtime: {} },
});

function addQueues(app: Hono, { queues }: CloudflareState): void {
  const base = `/client/v4/accounts/${ACCOUNT}/queues`;
  const toQueue = (name: string) => ({ queue_name: name, queue_id: name, producers: [], consumers: [], settings: {} });
  app.get(base, (c) => {
    const wanted = c.req.query("name");
    return succeeded([...queues].filter((name) => wanted === undefined || name === wanted).map(toQueue));
  });
  app.post(base, async (c) => {
    const { queue_name: name } = await c.req.json<{ queue_name: string }>();
    if (queues.has(name)) return failed(409, 11_009, "Queue name is already taken.");
    queues.add(name);
    return succeeded(toQueue(name));
  });
  app.on(["GET", "POST", "PUT"], `${base}/:id/consumers/:consumer?`, (c) =>
    succeeded(c.req.method === "GET" ? [] : { consumer_id: "consumer" }),
  );
}

function addPages(app: Hono, { pages }: CloudflareState): void {
  const project = `/client/v4/accounts/${ACCOUNT}/pages/projects/:project`;
  const finished = { environment: "production", latest_stage: { name: "deploy", status: "success" } };
  app.get(project, (c) =>
    succeeded({
      name: c.req.param("project"),
      production_branch: "main",
      subdomain: "edgesmith.pages.example",
      deployment_configs: { preview: {}, production: {} },
      canonical_deployment: pages.serving === null ? null : { id: pages.serving },
    }),
  );
  app.get(`${project}/upload-token`, () => succeeded({ jwt: uploadToken() }));
  app.post("/client/v4/pages/assets/check-missing", async (c) => {
    const { hashes } = await c.req.json<{ hashes: string[] }>();
    return succeeded(hashes);
  });
  app.post("/client/v4/pages/assets/:kind", () => succeeded({}));
  app.post(`${project}/deployments`, async (c) => {
    await c.req.arrayBuffer();
    const id = newId();
    pages.deployments.push(id);
    pages.serving = id;
    return succeeded({ id, url: "https://deployment.pages.example", ...finished });
  });
  app.get(`${project}/deployments/:id`, (c) => succeeded({ id: c.req.param("id"), ...finished }));
  app.post(`${project}/deployments/:id/rollback`, (c) => {
    pages.serving = c.req.param("id");
    return succeeded({ id: pages.serving, ...finished });
  });
}

/** Returns a JSON Web Token without a signature, of which wrangler reads only the expiry. */
function uploadToken(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const expires = Math.floor(Date.now() / 1_000) + 3_600;
  return `${part({ alg: "none" })}.${part({ exp: expires, max_file_count_allowed: 20_000 })}.`;
}
