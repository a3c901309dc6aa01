import { describe, expect, it } from "vitest";
import { preview } from "./preview.ts";

const PAGE = { "index.html": "<!doctype html><head></head><p>in</p>" };

describe("the front door", () => {
  it("exchanges a link's token for a host-only cookie and goes on without the token", async () => {
    const app = await preview(PAGE);
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=/a%3Fb=1`);
    expect(entered.status).toBe(303);
    expect(entered.headers.get("Location")).toBe("/a?b=1");
    expect(entered.headers.get("Set-Cookie")).toMatch(
      /^__Host-edgesmith-preview=\S+; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=None; Partitioned$/,
    );
  });

  it.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/__edgesmith/enter?token=x",
    "/.//evil.example",
  ])("does not lead to %s", async (to) => {
    const app = await preview(PAGE);
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=${encodeURIComponent(to)}`);
    expect(entered.headers.get("Location")).toBe("/");
  });

  it("refuses a visitor without a cookie, with a bad token, and with another project's cookie", async () => {
    const [app, other] = [await preview(PAGE), await preview(PAGE)];
    expect((await app.visit("/")).status).toBe(403);
    expect((await app.visit("/__edgesmith/enter?token=nonsense")).status).toBe(403);
    const crossed = await app.visit("/", { headers: { Cookie: other.cookie } });
    expect(crossed.status).toBe(403);
    expect(await crossed.text()).toContain("from the builder");
  });

  it("lets only the app's own pages write and open sockets", async () => {
    const app = await preview({ "src/server.ts": 'export default { fetch: () => new Response("done") };' });
    expect((await app.get("/", { method: "POST", headers: { Origin: "http://evil.example" } })).status).toBe(403);
    expect((await app.get("/", { method: "POST", headers: { Origin: app.origin } })).status).toBe(200);
    expect((await app.get("/", { headers: { Upgrade: "websocket", Origin: "http://evil.example" } })).status).toBe(403);
  });

  it("passes WebSockets to the app", async () => {
    const app = await preview({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject { async fetch() { const { 0: client, 1: server } = new WebSocketPair(); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  webSocketMessage(socket: WebSocket, message: string) { socket.send("echo " + message); } }`,
    });
    const { webSocket } = await app.get("/ws", { headers: { Upgrade: "websocket" } });
    if (!webSocket) throw new Error("no socket");
    webSocket.accept();
    const echoed = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
    webSocket.send("hi");
    expect(await echoed).toBe("echo hi");
    webSocket.close();
  });
});
