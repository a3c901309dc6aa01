import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it, vi } from "vitest";
import { z } from "zod";
import guide from "../../docs/apps.md?raw";
import type { AppMail } from "../../worker/contract/app-services.ts";
import type { EgressGrant } from "../../worker/contract/preview-rpc.ts";
import { appObject, mailed, type Preview, preview } from "./preview.ts";

const gate = (env as unknown as { API: { mailsOf(projectId: string): Promise<AppMail[]> } }).API;

const outside = inject("outsideHost");

/** The blocks of code in one section of docs/apps.md. */
function blocksOf(title: string): { language: string; code: string }[] {
  const [, ...sections] = guide.split(/^##+ /m);
  const section = sections.find((one) => one.startsWith(title)) ?? "";
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** The programs in one section, one after another: each begins with its path. */
const programsOf = (title: string) => blocksOf(title).filter(({ language }) => language === "ts");

/** The nth program of a section, and the files beside it. Its hosts are replaced by those of the stand-in. */
function exampleOf(title: string, nth = 0): Record<string, string> {
  const { code = "" } = programsOf(title)[nth] ?? {};
  const [, path = "src/server.ts", beside] = /^\/\/ (\S+\.ts)(?:, with (\{.*\}) in edgesmith\.json)?/.exec(code) ?? [];
  const others = blocksOf(title).flatMap(({ language, code: text }): [string, string][] => {
    if (language === "jsonc") return [["wrangler.jsonc", text]];
    return language === "sql" ? [[/^-- (\S+)/.exec(text)?.[1] ?? "", text]] : [];
  });
  return {
    [path]: code
      .replace(/https:\/\/api\.stripe\.com/, `http://${outside}`)
      .replace(/wss:\/\/[\w.]+/, `ws://${outside}`),
    ...(beside !== undefined && { "edgesmith.json": beside }),
    ...Object.fromEntries(others),
  };
}

/** Builds an example, which must have no type error. */
async function documented(title: string, nth = 0): Promise<Preview> {
  const app = await preview(exampleOf(title, nth));
  const build = await vi.waitUntil(async () => {
    const checked = await app.build();
    return checked.diagnostics.some(({ message }) => message.includes("stopped after")) ? null : checked;
  }, PATIENCE);
  expect(build).toEqual({ ok: true, diagnostics: [] });
  return app;
}

vi.setConfig({ testTimeout: 180_000 });

/** A busy machine may need several checks, each of which has five seconds. */
const PATIENCE = { timeout: 120_000 };

/** The grant that the example of curl makes, to the stand-in. */
function documentedGrant(): EgressGrant {
  const shell = blocksOf("Variables").find(({ language }) => language === "sh")?.code ?? "";
  const [, body = ""] = /\$at\/grants[\s\S]* -d '(\{[\s\S]*?\})'/.exec(shell) ?? [];
  const header = z.object({ name: z.string(), template: z.string() });
  const made = z
    .strictObject({ host: z.literal("api.stripe.com"), pathPrefix: z.string(), header })
    .parse(JSON.parse(body));
  return { methods: null, query: null, ...made, host: outside };
}

/** What the tests below run, and how many programs each section has. */
const sections = {
  People: 1,
  "D1 databases and KV namespaces": 1,
  "Variables, secrets and hosts outside": 2,
  "Time: alarms and crons": 1,
  "Files: env.FILES": 1,
  "A model: env.AI": 1,
  "Mail: env.MAIL": 1,
  WebSockets: 1,
};

describe("the examples of docs/apps.md", () => {
  it("No program of docs/apps.md is without a test", () => {
    const tested = Object.entries(sections).map(([title, count]) => [title, programsOf(title).length, count]);
    for (const [title, found, count] of tested) expect([title, found]).toEqual([title, count]);
    const all = [...guide.matchAll(/^```ts$/gm)].length;
    expect(all).toBe(Object.values(sections).reduce((sum, count) => sum + count, 0));
  });

  it("The example of people leads a stranger to sign in, and greets who is signed in", async () => {
    const app = await documented("People");
    const stranger = await app.get("/");
    expect([stranger.status, new URL(stranger.headers.get("Location") ?? "").pathname]).toEqual([
      303,
      "/__edgesmith/sign-in",
    ]);
    const email = `${crypto.randomUUID()}@example.com`;
    const post = (path: string, fields: Record<string, string>) =>
      app.get(path, { method: "POST", headers: { Origin: app.origin }, body: new URLSearchParams(fields) });
    await (await post("/__edgesmith/sign-in", { action: "link", email })).text();
    const [link = ""] = await vi.waitUntil(async () => {
      const links = await mailed(email);
      return links.length > 0 ? links : null;
    }, PATIENCE);
    const { pathname, searchParams } = new URL(link);
    const answer = await post(pathname, { token: searchParams.get("token") ?? "", to: "/" });
    const [cookie = ""] = answer.headers.getSetCookie();
    const greeted = await app.get("/", { headers: { Cookie: cookie.split(";")[0] ?? "" } });
    expect(await greeted.json()).toEqual({ hello: email, isAdmin: false });
  });

  it("The example of a D1 database and a KV namespace keeps a note, and its list in the cache", async () => {
    const app = await documented("D1 databases");
    expect(JSON.parse(await app.text("/"))).toEqual([]);
    const post = () => app.get("/", { method: "POST", headers: { Origin: app.origin }, body: "First" });
    expect(await (await post()).json()).toEqual([{ text: "First" }]);
    expect(JSON.parse(await app.text("/"))).toEqual([{ text: "First" }]);
  });

  it("The example of a request outside carries the secret by the documented grant, and a variable", async () => {
    const app = await documented("Variables");
    await app.give({
      variables: { SHOP_NAME: "Tea" },
      secrets: { STRIPE_KEY: "sk_live_canary" },
      grants: [documentedGrant()],
    });
    const { status, session } = z
      .object({
        status: z.number(),
        session: z.object({ url: z.string(), body: z.string(), headers: z.record(z.string(), z.unknown()) }),
      })
      .parse(JSON.parse(await app.text("/")));
    expect([status, session.url, session.headers.authorization]).toEqual([200, "/v1/checkout/sessions", "[redacted]"]);
    expect(session.body).toContain("metadata%5Bshop%5D=Tea");
  });

  it("The example of a WebSocket to a granted host hears its first message", async () => {
    const app = await documented("Variables", 1);
    await app.give({ grants: [{ host: outside, methods: null, pathPrefix: "/v1", header: null, query: null }] });
    expect(await app.text("/")).toContain("sec-websocket-version");
  });

  it("The example of alarms and crons runs both", async () => {
    const app = await documented("Time");
    expect(JSON.parse(await app.text("/"))).toEqual([]);
    await runInDurableObject(appObject(app.projectId), async (instance, { storage }) => {
      storage.sql.exec("UPDATE due SET next_at = 1");
      await instance.alarm();
    });
    const done = JSON.parse(await app.text("/"));
    expect(done.sort()).toEqual(["0 9 * * MON-FRI, attempt 1", "alarm, retry 0"]);
  });

  it("The example of files takes an upload and shows it", async () => {
    const app = await documented("Files");
    const { address } = JSON.parse(await app.text("/upload")) as { address: string };
    const headers = { "Content-Type": "image/png", Origin: app.origin };
    expect((await app.get(address, { method: "PUT", body: "png", headers })).status).toBe(200);
    const [shown = ""] = JSON.parse(await app.text("/")) as string[];
    const image = await app.get(shown);
    expect([image.headers.get("Content-Type"), await image.text()]).toEqual(["image/png", "png"]);
  });

  it("The example of a model answers, whole and as a stream", async () => {
    const app = await documented("A model");
    expect(JSON.parse(await app.text("/?q=Hi"))).toEqual({ answer: "You said: Hi" });
    const stream = await app.get("/?q=Hi", { headers: { Accept: "text/event-stream" } });
    expect(await stream.text()).toContain("event: message_stop");
  });

  it("The example of mail asks first, and writes to who has agreed", async () => {
    const app = await documented("Mail");
    expect(await app.text("/?address=bo@example.com")).toBe("Look into your mail.");
    const [asked] = await gate.mailsOf(app.projectId);
    if (asked?.kind !== "confirm") throw new Error("nobody was asked");
    await app.get(asked.link.slice(app.origin.length), { method: "POST", headers: { Origin: app.origin } });
    expect(await app.text("/?address=bo@example.com")).toBe("Sent.");
  });

  it("The example of WebSockets sends to all, in the preview and in public", async () => {
    const app = await documented("WebSockets");
    await app.publish(1);
    const open = async (response: Promise<Response>) => {
      const { webSocket } = await response;
      if (!webSocket) throw new Error("there is no socket");
      webSocket.accept();
      return webSocket;
    };
    const inPreview = () => app.get("/", { headers: { Upgrade: "websocket", Origin: app.origin } });
    const inPublic = () => app.asPublic("/", { headers: { Upgrade: "websocket", Origin: app.publicOrigin } });
    for (const connect of [inPreview, inPublic]) {
      const [one, other] = [await open(connect()), await open(connect())];
      const heard = new Promise((resolve) => other.addEventListener("message", ({ data }) => resolve(data)));
      one.send("hello");
      expect(await heard).toBe("hello");
      one.close();
      other.close();
    }
  });
});
