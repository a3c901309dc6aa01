import { beforeAll, expect, inject, it, vi } from "vitest";
import { z } from "zod";
import type { EgressGrant, PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { type Preview, preview } from "./preview.ts";

const outside = inject("outsideHost");
const canary = "sk_live_canary/4242+value=";

/** An app whose server runs the code that a request brings, as a hostile app's would. */
const runner = {
  "src/server.ts": `import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
const AsyncFunction = (async () => {}).constructor;
const told = (error: unknown) => error instanceof Error ? { error: error.constructor.name, message: error.message, stack: error.stack } : { error: String(error) };
async function over(socket: Socket): Promise<string> {
  await socket.writable.getWriter().write(new TextEncoder().encode("GET /echo HTTP/1.0\\r\\n\\r\\n"));
  let text = "";
  for await (const chunk of socket.readable) text += new TextDecoder().decode(chunk);
  return text;
}
async function talk(url: string, { say = [], stays = false, protocols = [] }: any): Promise<object> {
  const socket = new WebSocket(url, protocols);
  const heard: string[] = [];
  return new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      heard.push(typeof data === "string" && data.length < 5_000 ? data : "much");
      if (say.length > 0) socket.send(say.shift());
      else if (!stays) socket.close(1000, "done");
    });
    socket.addEventListener("close", ({ code, reason }) => resolve({ heard, code, reason, protocol: socket.protocol }));
    socket.addEventListener("error", (event: any) => resolve({ heard, error: event.message }));
  });
}
async function firstPart(url: string, release: string): Promise<object> {
  const reader = ((await fetch(url)).body as ReadableStream<Uint8Array>).getReader();
  const late = new Promise<"late">((done) => setTimeout(() => done("late"), 20_000));
  const first = reader.read().then(({ value }) => new TextDecoder().decode(value));
  const seen = await Promise.race([first, late]);
  await fetch(release);
  return { seen };
}
export class App extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url).searchParams.get("url") ?? "";
    const init = JSON.parse((await request.text()) || "{}");
    try {
      if (/^wss?:/.test(url)) return Response.json(await talk(url, init));
      if (init.release) return Response.json(await firstPart(url, init.release));
      if (url.startsWith("socket:")) return Response.json({ socket: await over(connect(url.slice(7))) });
      if (url === "env") return Response.json({ env: this.env, process: process.env, globals: Object.getOwnPropertyNames(globalThis) });
      if (init.mb) init.body = new Uint8Array(init.mb * 1024 * 1024);
      const answer = await fetch(url, init);
      return Response.json({ status: answer.status, url: answer.url, headers: Object.fromEntries(answer.headers), body: await answer.text(), socket: answer.webSocket !== null && answer.webSocket !== undefined });
    } catch (error) { return Response.json(told(error)); }
  }
}`,
};

const grant = (fields: Partial<EgressGrant> = {}): EgressGrant => ({
  host: outside,
  methods: null,
  pathPrefix: null,
  header: { name: "Authorization", template: "Bearer {{API_KEY}}" },
  query: null,
  ...fields,
});

type Answer = {
  status?: number;
  url?: string;
  headers?: Record<string, string>;
  body?: string;
  error?: string;
  message?: string;
};

async function call(app: Preview, url: string, init: object = {}): Promise<Answer> {
  const response = await app.get(`/?url=${encodeURIComponent(url)}`, { method: "POST", body: JSON.stringify(init) });
  return response.json();
}

async function granted(fields: Partial<EgressGrant> = {}): Promise<Preview> {
  const app = await preview(runner);
  await app.give({ secrets: { API_KEY: canary }, grants: [grant(fields)] });
  return app;
}

const egressLines = (app: Preview, count: number): Promise<PreviewLog[]> =>
  vi.waitUntil(
    async () => {
      const lines = (await app.builder.logs(app.projectId, 100)).filter(({ source }) => source === "egress");
      return lines.length >= count ? lines : null;
    },
    { timeout: 30_000 },
  );

/** The answer to a request that waits while the other tests run. */
let silence: Promise<Answer>;

beforeAll(async () => {
  silence = call(await granted(), `http://${outside}/silent`);
});

it("a request that no grant allows is rejected in the app with a TypeError that names the host", async () => {
  const app = await granted();
  const refused = await call(app, "https://evil.example.com/steal");
  expect(refused).toMatchObject({ error: "TypeError" });
  expect(refused.message).toContain("the host evil.example.com is not granted");
  const [line] = await egressLines(app, 1);
  expect(line).toMatchObject({ source: "egress", level: "warn" });
  expect(line?.message).toMatch(/^GET evil\.example\.com refused \(not granted\) \d+ ms$/);
});

it("a granted request carries the secret, and the app neither sends nor sees it", async () => {
  const app = await granted();
  const answer = await call(app, `http://${outside}/v1/charges?a=1`, { method: "POST", body: "amount=5" });
  expect(answer.status).toBe(200);
  const seen = JSON.parse(answer.body ?? "");
  expect(seen).toMatchObject({ method: "POST", url: "/v1/charges?a=1", body: "amount=5" });
  expect(seen.headers.authorization, "the echo is redacted").toBe("[redacted]");
  expect(seen.headers["content-length"]).toBe("8");
  const [line] = await egressLines(app, 1);
  expect(line?.message).toMatch(new RegExp(`^POST ${outside} 200 \\d+ ms$`));
});

it("a grant's query parameter replaces the app's own, and comes back in no redirect", async () => {
  const app = await granted({ header: null, query: { name: "key", template: "{{API_KEY}}" } });
  const answer = await call(app, `http://${outside}/a?key=mine&b=2`);
  expect(JSON.parse(answer.body ?? "").url).toBe("/a?key=[redacted]&b=2");
  const moved = await call(app, `http://${outside}/redirect?to=/b`, { redirect: "manual" });
  expect(moved.status).toBe(302);
  expect(JSON.stringify(moved)).not.toContain("canary");
});

it("a header that the app sets in place of the grant's is replaced, in any case of its name", async () => {
  const app = await granted();
  const answer = await call(app, `http://${outside}/encoded`, { headers: { aUTHORIZATION: "Bearer mine" } });
  expect(answer.headers?.["x-seen"]).toBe("[redacted]");
});

it("a secret is taken out of a response in every form that a server echoes it in", async () => {
  const app = await granted();
  for (const path of ["/encoded", "/slowly", "/gzip", "/echo"]) {
    const answer = await call(app, `http://${outside}${path}`);
    expect(answer.status, path).toBe(200);
    expect(JSON.stringify(answer), path).toContain("[redacted]");
    expect(JSON.stringify(answer), path).not.toMatch(/canary|c2tfbGl2ZV9jYW5hcn/);
  }
});

it("an app's env, globals, errors and log hold no secret", async () => {
  const app = await granted();
  await app.give({ variables: { SHOP: "Tea" }, secrets: { API_KEY: canary }, grants: [grant()] });
  expect(JSON.stringify(await call(app, "env"))).toContain('"SHOP":"Tea"');
  const gone = await call(app, `http://${outside.replace(/:\d+$/, ":1")}/a`);
  const texts = [await call(app, "env"), gone, await call(app, `http://${outside}/a`), await egressLines(app, 2)];
  expect(JSON.stringify(texts)).not.toContain("canary");
});

it("a log line of the app's server or of its page that holds a secret is redacted", async () => {
  const app = await granted();
  await call(app, `http://${outside}/a`);
  const body = JSON.stringify({ message: `leaked ${canary}`, stack: `at ${canary}` });
  const headers = { "Content-Length": String(body.length), Origin: app.origin };
  await app.get("/__edgesmith/logs", { method: "POST", body, headers });
  const lines = await app.builder.logs(app.projectId, 100);
  expect(lines.some(({ message }) => message === "leaked [redacted]")).toBe(true);
  for (const path of ["/__edgesmith/logs", "/__edgesmith/logs?limit=100"]) {
    expect(await app.text(path), "neither the app nor its page reads the log").toBe("");
  }
  expect(JSON.stringify(lines)).not.toContain("canary");
});

it("a redirect to a host that is not granted is not followed, and no secret follows one to a granted host", async () => {
  const [port] = outside.split(":").slice(1);
  const other = `localhost:${port}`;
  const app = await granted();
  const refused = await call(app, `http://${outside}/redirect?to=http://${other}/echo`);
  expect(refused).toMatchObject({ error: "TypeError" });
  expect(refused.message).toContain(other);
  await app.give({ secrets: { API_KEY: canary }, grants: [grant(), grant({ host: other, header: null })] });
  const followed = await call(app, `http://${outside}/redirect?to=http://${other}/echo`);
  expect(followed).toMatchObject({ status: 200 });
  const { headers } = JSON.parse(followed.body ?? "");
  expect(headers.host).toBe(other);
  expect(headers.authorization).toBeUndefined();
});

it("a grant's methods and path are all that it allows", async () => {
  const app = await granted({ methods: ["GET"], pathPrefix: "/v1" });
  expect((await call(app, `http://${outside}/v1/items`)).status).toBe(200);
  expect((await call(app, `http://${outside}/v1`)).status).toBe(200);
  const asPost = await call(app, `http://${outside}/v1/items`, { method: "POST", body: "x" });
  expect(asPost.message).toContain("is not granted for POST requests");
  for (const path of [
    "/v2",
    "/v10",
    "/v1/../admin",
    "/v1/%2e%2e/admin",
    "/v1/..%2fadmin",
    "/v1/%252e%252e%252fadmin",
  ]) {
    expect((await call(app, `http://${outside}${path}`)).message, path).toContain("is not granted");
  }
});

it("an exact host's grant is used before a longer path of a wildcard, and a wildcard does not cover its own base", async () => {
  const app = await preview(runner);
  await app.give({ grants: [grant({ host: "*.example.com", header: null, methods: ["PUT"] })] });
  const below = await call(app, "https://api.example.com/a");
  expect(below.message, "the wildcard's grant is found").toContain("is not granted for GET requests");
  for (const host of ["example.com", "shop-example.com", "api.example.com.evil.org", "api.example.com:8443"]) {
    expect((await call(app, `https://${host}/`)).message, host).toContain(`${host} is not granted: the app's owner`);
  }
});

it("a private address, a metadata service or the platform's own host stays refused whatever is granted", async () => {
  const app = await preview(runner);
  const addresses = [
    "https://10.0.0.1/",
    "https://2130706433:8443/",
    "https://0x7f.1:8443/",
    "https://169.254.169.254/latest",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://metadata.google.internal/",
    "https://metadata.goog/",
    "https://app.10.0.0.1.nip.io/",
    "https://intranet/",
    "http://localhost:8787/v1/me",
    "http://127.0.0.1:8788/",
    "http://prj-a.localhost:8788/",
    "http://example.com/",
    "ftp://example.com/",
  ];
  const hosts = addresses.map((address) => new URL(address).host);
  await app.give({ grants: hosts.map((host) => grant({ host, header: null })) });
  for (const address of addresses) {
    const refused = await call(app, address);
    expect(refused.error, address).toBe("TypeError");
    expect(refused.status, address).toBeUndefined();
  }
});

it("a host on this machine is reached only at the granted port, and by no socket past the gate", async () => {
  const app = await granted();
  const port = Number(outside.split(":")[1]);
  expect((await call(app, `http://127.0.0.1:${port + 1}/`)).message).toContain("is not granted");
  expect((await call(app, `http://localhost:${port}/`)).message).toContain("is not granted");
  expect((await call(app, `https://${outside}/`)).message).toContain("is not granted over https");
  const socket = await call(app, `socket:${outside}`);
  expect(socket).toHaveProperty("error");
  expect(JSON.stringify(socket)).not.toContain("HTTP/1.1");
  for (const host of [`127.0.0.1:${port + 1}`, `localhost:${port}`, "evil.example.com"]) {
    const address = `${host.startsWith("evil") ? "https" : "http"}://${host}/`;
    const upgraded = await call(app, address, { headers: { Upgrade: "websocket" } });
    expect(upgraded.message, host).toContain(`${host} is not granted`);
    expect(await call(app, address.replace("http", "ws")), host).toMatchObject({
      heard: [],
      error: expect.any(String),
    });
  }
});

it("a WebSocket to a granted host carries the secret and the app's protocol, and its messages come back without the secret", async () => {
  const app = await granted({ pathPrefix: "/live" });
  const init = { say: [`I guess ${canary}`, "bye"], protocols: ["chat.v1"] };
  const answer: Record<string, unknown> = { ...(await call(app, `ws://${outside}/live`, init)) };
  expect(answer).toMatchObject({ code: 4_001, protocol: "chat.v1" });
  const [first, second] = z.tuple([z.string(), z.string()]).parse(answer.heard);
  expect(JSON.parse(first)).toMatchObject({ authorization: "[redacted]", "sec-websocket-version": "13" });
  expect(second).toBe("I guess [redacted]");
  expect(JSON.stringify(answer)).not.toContain("canary");
  const [line] = await egressLines(app, 1);
  expect(line?.message).toMatch(new RegExp(`^GET ${outside} 101 \\d+ ms$`));
  expect(await call(app, `ws://${outside}/other`)).toMatchObject({ heard: [], error: expect.any(String) });
});

it("a WebSocket whose message is too large is closed", async () => {
  const app = await granted();
  const answer = await call(app, `ws://${outside}/`, { say: ["large"], stays: true });
  expect(answer).toMatchObject({ code: 1_009, reason: "A message is too large." });
});

it("a WebSocket is closed when its grant is revoked", async () => {
  const app = await granted();
  const talking = call(app, `ws://${outside}/`, { stays: true });
  await egressLines(app, 1);
  await app.give({});
  expect(await talking).toMatchObject({ code: 1_008, reason: "Access to the host was revoked." });
});

it("an app has at most twenty WebSockets to other hosts at a time, and those that end make room", async () => {
  const app = await preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  open: WebSocket[] = [];
  async fetch(request: Request) {
    if (new URL(request.url).pathname === "/close") for (const socket of this.open) socket.close(1000, "done");
    const connect = async () => {
      const { webSocket } = await fetch("http://${outside}/", { headers: { Upgrade: "websocket" } });
      webSocket?.accept();
      return webSocket as WebSocket;
    };
    const answers = await Promise.allSettled(Array.from({ length: 21 }, connect));
    this.open.push(...answers.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    return Response.json(answers.flatMap((one) => (one.status === "rejected" ? [one.reason.message] : [])));
  }
}`,
  });
  await app.give({ grants: [grant({ header: null })] });
  const refused = `The request to ${outside} failed: an app has at most 20 WebSockets to other hosts.`;
  expect(JSON.parse(await app.text("/"))).toEqual([refused]);
  await vi.waitUntil(async () => JSON.parse(await app.text("/close")).length === 1, { timeout: 30_000 });
});

it("an app learns nothing about a secret from a host that is not sent it, neither by what is missing nor by what is late", async () => {
  const [port] = outside.split(":").slice(1);
  const other = `localhost:${port}`;
  const app = await preview(runner);
  await app.give({ secrets: { API_KEY: canary }, grants: [grant(), grant({ host: other, header: null })] });
  const guess = await call(app, `http://${other}/`, { method: "POST", body: `${canary} ${btoa(canary)}` });
  expect(JSON.parse(guess.body ?? "").body).toBe(`${canary} ${btoa(canary)}`);
  const release = `http://${other}/release`;
  expect(await call(app, `http://${other}/parts?first=${canary.slice(0, 8)}`, { release })).toEqual({
    seen: canary.slice(0, 8),
  });
});

it("the runtime's own options and the Workers' internal headers do not pass the gate", async () => {
  const app = await granted();
  const init = {
    cf: { resolveOverride: "evil.example.com", cacheEverything: true },
    headers: { "X-Edgesmith-Code": "1", "CF-Connecting-IP": "1.2.3.4", "X-Forwarded-For": "1.2.3.4", "X-Own": "yes" },
  };
  const { headers } = JSON.parse((await call(app, `http://${outside}/a`, init)).body ?? "");
  expect(headers["x-own"]).toBe("yes");
  expect(Object.keys(headers).join(" ")).not.toMatch(/edgesmith|connecting|forwarded/);
});

it("a response that is too large is broken off", async () => {
  const app = await granted();
  const whole = await call(app, `http://${outside}/large?mb=2`);
  expect(whole.body?.length).toBe(2 * 1024 * 1024);
  const broken = await call(app, `http://${outside}/large?mb=26`);
  expect(broken.status).toBeUndefined();
  expect(broken.message).toContain("too large");
});

it("a request whose body is too large does not leave", async () => {
  const app = await granted();
  const sent = await call(app, `http://${outside}/length`, { method: "POST", mb: 2 });
  expect(sent.body).toBe(String(2 * 1024 * 1024));
  const refused = await call(app, `http://${outside}/length`, { method: "POST", mb: 26 });
  expect(refused.message).toContain("its body is too large");
});

it("an app that asks more often than the limit allows is refused, and the log says so", async () => {
  const app = await preview({
    "src/server.ts": `export default { async fetch() {
      const answers = await Promise.allSettled(Array.from({ length: 45 }, () => fetch("https://evil.example.com/")));
      return Response.json(answers.map((one) => one.status === "rejected" ? one.reason.message : "sent"));
    } };`,
  });
  // A minute that begins in between takes another 600 requests.
  let last: string[] = [];
  for (let requests = 0; requests <= 1_200 && !last.at(-1)?.includes("a minute"); requests += last.length)
    last = JSON.parse(await app.text("/"));
  expect(last.at(-1)).toContain("at most 600 requests a minute");
});

it("a grant whose secret has no value refuses the request instead of sending it without", async () => {
  const app = await preview(runner);
  await app.give({ grants: [grant()] });
  expect((await call(app, `http://${outside}/a`)).message).toContain("names the secret API_KEY, which has no value");
});

it("a changed variable is in the app's env at the next request, and the app's data stays", async () => {
  const app = await preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject<{ SHOP?: string }> { fetch() {
  const { sql } = this.ctx.storage;
  sql.exec("CREATE TABLE IF NOT EXISTS visit (a)"); sql.exec("INSERT INTO visit VALUES (1)");
  return Response.json({ shop: this.env.SHOP ?? null, visits: sql.exec("SELECT count(*) AS n FROM visit").one().n });
} }`,
  });
  expect(JSON.parse(await app.text("/"))).toEqual({ shop: null, visits: 1 });
  await app.give({ variables: { SHOP: "Tea" } });
  expect(JSON.parse(await app.text("/"))).toEqual({ shop: "Tea", visits: 2 });
  await app.give({ variables: { SHOP: "Coffee" } });
  expect(JSON.parse(await app.text("/"))).toEqual({ shop: "Coffee", visits: 3 });
  await app.give({});
  expect(JSON.parse(await app.text("/"))).toEqual({ shop: null, visits: 4 });
});

it("a change of a secret or a grant acts at once and closes no socket", async () => {
  const app = await preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch() { const pair = new WebSocketPair(); this.ctx.acceptWebSocket(pair[1]); return new Response(null, { status: 101, webSocket: pair[0] }); }
  async webSocketMessage(socket: WebSocket, url: string) {
    try { socket.send(String((await fetch(url)).status)); } catch (error) { socket.send(String(error)); }
  }
}`,
  });
  const { webSocket } = await app.get("/", { headers: { Upgrade: "websocket" } });
  if (webSocket === null) throw new Error("the app accepts a WebSocket");
  webSocket.accept();
  const ask = async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    webSocket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true });
    webSocket.send(`http://${outside}/a`);
    return promise;
  };
  expect(await ask()).toContain("is not granted");
  await app.give({ secrets: { API_KEY: canary }, grants: [grant()] });
  expect(await ask()).toBe("200");
  await app.give({});
  expect(await ask()).toContain("is not granted");
  webSocket.close();
});

it("the preview and the published app have separate variables, secrets and grants", async () => {
  const app = await preview(runner);
  await app.publish(1);
  await app.give({ variables: { SHOP: "preview" }, secrets: { API_KEY: canary }, grants: [grant()] });
  await app.give({ variables: { SHOP: "public" } }, "public");
  const asked = async (url: string) => {
    const init = { method: "POST", body: "{}" };
    return JSON.parse(await (await app.asPublic(`/?url=${encodeURIComponent(url)}`, init)).text());
  };
  expect((await asked("env")).env).toEqual({ SHOP: "public", FILES: {}, AI: {}, MAIL: {} });
  expect((await asked(`http://${outside}/a`)).message).toContain("is not granted");
  expect((await call(app, `http://${outside}/a`)).status).toBe(200);
  const lines = await vi.waitUntil(async () => {
    const found = await app.builder.publishedLogs(app.projectId, 100);
    return found.length > 0 ? found : null;
  });
  expect(lines[0]).toMatchObject({ source: "egress", level: "warn" });
});

it("a binding of the app's configuration is not replaced by a variable of its name", async () => {
  const app = await preview({
    "wrangler.toml":
      'name = "a"\nmain = "src/index.ts"\n[vars]\nMODE = "file"\nSHOP = "file"\n[assets]\ndirectory = "public"\nbinding = "ASSETS"\n',
    "src/index.ts": `export default { async fetch(request: Request, env: Record<string, unknown>) { return Response.json({ mode: env.MODE, shop: env.SHOP, assets: typeof env.ASSETS }); } };`,
    "public/a.txt": "a",
  });
  await app.give({ variables: { SHOP: "owner", ASSETS: "stolen" } });
  expect(JSON.parse(await app.text("/api"))).toEqual({ mode: "file", shop: "owner", assets: "object" });
});

it("a host that does not begin to answer is given up after 30 seconds", { timeout: 120_000 }, async () => {
  expect((await silence).message).toContain("did not answer in time");
});

it("a response that does not end is cut off after five minutes", async () => {
  const app = await granted();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const limits: number[] = [];
  // A clock that runs a thousand times as fast, so that the five-minute limit passes at once.
  const clock = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    limits.push(ms);
    return timeout(ms === 300_000 ? 300 : ms);
  });
  const { error, message } = await call(app, `http://${outside}/endless`);
  clock.mockRestore();
  expect(limits).toContain(300_000);
  expect([error, message]).toEqual(["DOMException", expect.stringMatching(/time/i)]);
});
