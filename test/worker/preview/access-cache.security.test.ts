import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { previewLinkUse, previewVisit } from "../../../drizzle/schema/index.ts";
import type { Preview } from "../../../worker/contract/index.ts";
import { sweepPreviewAccess } from "../../../worker/preview/index.ts";
import { database } from "../database/direct.ts";
import { newAccount, newProject } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const chromium = { "User-Agent": "Chromium", "CF-Connecting-IP": "192.0.2.1" };
const safari = { "User-Agent": "Safari", "CF-Connecting-IP": "192.0.2.1" };

const visit = async (url: string, headers: Record<string, string>) => {
  const answer = await door.fetch(url, { redirect: "manual", headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

async function withPreview() {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const at = `/v1/projects/${id}`;
  const operations = [{ op: "create", path: "index.html", content: "<h1>Private</h1>" }];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  const link = async () => (await ada.expect<Preview>(201, `${at}/preview`, { body: {} })).url;
  return { ada, id, at, link };
}

/** Opens a link as a browser that keeps cookies does. */
async function withCookie(link: string) {
  const entered = await visit(link, chromium);
  const headers = { ...chromium, Cookie: entered.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
  const { origin } = new URL(link);
  return { status: async () => (await visit(`${origin}/`, headers)).status };
}

/** Opens a link as a browser that keeps no cookies does. */
async function withoutCookie(link: string, headers = safari) {
  const entered = await visit(link, headers);
  const looked = new URL(entered.headers.get("Location") ?? "", link).href;
  const { headers: answered } = await visit(looked, headers);
  const address = answered.get("Location") ?? "";
  return { looked, address, status: async (as = headers) => (await visit(address, as)).status };
}

const refusedWithinASecond = (status: () => Promise<number>) =>
  vi.waitFor(async () => expect(await status()).toBe(403), { timeout: 1_000, interval: 20 });

describe("a preview link", () => {
  it("a preview link opens once, and a handover too", async () => {
    const { link } = await withPreview();
    const address = await link();
    expect((await visit(address, chromium)).status).toBe(303);
    expect(await visit(address, chromium)).toMatchObject({ status: 403, text: expect.stringContaining("expired") });
    const { looked } = await withoutCookie(await link());
    expect((await visit(looked, safari)).status).toBe(403);
  });

  it("a preview link opens once for concurrent requests", async () => {
    const { link } = await withPreview();
    const address = await link();
    const answers = await Promise.all(Array.from({ length: 8 }, () => visit(address, chromium)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it("an unused preview link is refused after a revocation", async () => {
    const { ada, at, link } = await withPreview();
    const address = await link();
    await ada.expect(204, `${at}/preview`, { method: "DELETE" });
    expect((await visit(address, chromium)).status).toBe(403);
    expect((await visit(await link(), chromium)).status).toBe(303);
  });
});

describe("a browser that keeps no cookie", () => {
  it("a browser without cookies sees the app at a host whose name only it can use", async () => {
    const { id, link } = await withPreview();
    const { address, status } = await withoutCookie(await link());
    const label = new URL(address).host.split(".")[0] ?? "";
    expect(label).toMatch(new RegExp(`^${id.replace("_", "-")}-[a-z2-7]{26}$`));
    expect(label.length).toBeLessThanOrEqual(63);
    expect(await status()).toBe(200);
    expect(await status({ ...safari, "CF-Connecting-IP": "198.51.100.1" })).toBe(403);
    expect(await status(chromium)).toBe(403);
  });

  it("a browser without cookies gets the same host after the next link, so that the app's browser storage remains", async () => {
    const { link } = await withPreview();
    const first = await withoutCookie(await link());
    expect((await withoutCookie(await link())).address).toBe(first.address);
  });

  it("a browser without cookies is refused at another project's host, and at one with a wrong secret", async () => {
    const [one, other] = [await withPreview(), await withPreview()];
    const { address } = await withoutCookie(await one.link());
    await withoutCookie(await other.link());
    const stranger = address.replace(one.id.replace("_", "-"), other.id.replace("_", "-"));
    expect((await visit(stranger, safari)).status).toBe(403);
    const wrong = address.replace(/-[a-z2-7]{26}\./, `-${"a".repeat(26)}.`);
    expect((await visit(wrong, safari)).status).toBe(403);
  });

  it("a browser without cookies is refused after its visit expired, and the sweep deletes the visit", async () => {
    const { id, link } = await withPreview();
    const { status } = await withoutCookie(await link());
    const ran = { expiresAt: new Date(Date.now() - 1_000) };
    await database.update(previewVisit).set(ran).where(eq(previewVisit.projectId, id));
    await refusedWithinASecond(status);
    await database.insert(previewLinkUse).values({ id: `old ${id}`, usedBy: "test", ...ran });
    await sweepPreviewAccess(database);
    expect(await database.select().from(previewVisit).where(eq(previewVisit.projectId, id))).toEqual([]);
    expect(
      await database
        .select()
        .from(previewLinkUse)
        .where(eq(previewLinkUse.id, `old ${id}`)),
    ).toEqual([]);
  });
});

describe("a visit, with a cookie and without one", () => {
  type Stage = Awaited<ReturnType<typeof withPreview>>;
  const endings: [string, (stage: Stage) => Promise<unknown>][] = [
    ["after the preview is no longer shared", ({ ada, at }) => ada.expect(204, `${at}/preview`, { method: "DELETE" })],
    ["after the app is published", ({ ada, at }) => ada.expect(200, `${at}/publish`, { method: "POST" })],
    ["after the project is deleted", ({ ada, at }) => ada.expect(204, at, { method: "DELETE" })],
  ];

  it.each(endings)("a visit is refused within a second: %s", async (_, end) => {
    const stage = await withPreview();
    const [cookie, noCookie] = [await withCookie(await stage.link()), await withoutCookie(await stage.link())];
    expect([await cookie.status(), await noCookie.status()]).toEqual([200, 200]);
    await end(stage);
    await Promise.all([refusedWithinASecond(cookie.status), refusedWithinASecond(noCookie.status)]);
  });

  it("a new link admits at once, even when the isolate has cached the previous epoch", async () => {
    const { ada, at, link } = await withPreview();
    for (let round = 0; round < 3; round += 1) {
      const [cookie, noCookie] = [await withCookie(await link()), await withoutCookie(await link())];
      expect([await cookie.status(), await noCookie.status()]).toEqual([200, 200]);
      await ada.expect(204, `${at}/preview`, { method: "DELETE" });
    }
  });

  it("a visit is refused after the app is unpublished", async () => {
    const stage = await withPreview();
    await stage.ada.expect(200, `${stage.at}/publish`, { method: "POST" });
    const cookie = await withCookie(await stage.link());
    expect(await cookie.status()).toBe(200);
    await stage.ada.expect(204, `${stage.at}/publish`, { method: "DELETE" });
    await refusedWithinASecond(cookie.status);
  });

  it("a visit continues when a public app is published again", async () => {
    const stage = await withPreview();
    await stage.ada.expect(200, `${stage.at}/publish`, { method: "POST" });
    const cookie = await withCookie(await stage.link());
    await stage.ada.expect(200, `${stage.at}/publish`, { method: "POST" });
    expect(await cookie.status()).toBe(200);
  });
});

describe("revoking a preview", () => {
  it("Revoking a preview requires write access to the project", async () => {
    const { ada, at } = await withPreview();
    const stranger = await newAccount();
    const reader = await ada.token(["projects:read"]);
    expect((await stranger.problem(404, `${at}/preview`, { method: "DELETE" })).code).toBe("not_found");
    expect((await reader.problem(403, `${at}/preview`, { method: "DELETE" })).code).toBe("insufficient_scope");
  });

  it("Revoking a preview closes its visitors' sockets", async () => {
    const { ada, at, link } = await withPreview();
    const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject { async fetch() { const { 0: client, 1: server } = new WebSocketPair(); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  webSocketMessage(socket: WebSocket, message: string) { socket.send("echo " + message); } }`;
    const operations = [{ op: "create", path: "src/server.ts", content: server }];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const address = await link();
    const entered = await visit(address, chromium);
    const Cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const { origin } = new URL(address);
    const { webSocket } = await door.fetch(`${origin}/ws`, {
      headers: { Cookie, Upgrade: "websocket", Origin: origin },
    });
    if (!webSocket) throw new Error("The app has given no socket.");
    webSocket.accept();
    const closed = new Promise((resolve) => webSocket.addEventListener("close", resolve));
    await ada.expect(204, `${at}/preview`, { method: "DELETE" });
    await closed;
  });
});
