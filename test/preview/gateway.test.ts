import { describe, expect, it } from "vitest";
import { serveVisitor } from "../../preview/gateway/serve-visitor.ts";
import { networkOf } from "../../preview/gateway/visitor.ts";
import { environment, preview } from "./preview.ts";

const background = { waitUntil: (work: Promise<unknown>) => void work };
const PAGE = { "index.html": "<!doctype html><head></head><p>in</p>" };

describe("the gateway", () => {
  it("the gateway exchanges a link's token for a host-only cookie and redirects without the token", async () => {
    const app = await preview(PAGE);
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=/a%3Fb=1`);
    expect(entered.status).toBe(303);
    expect(entered.headers.get("Location")).toMatch(/^\/__edgesmith\/entered\?handover=\S+&to=%2Fa%3Fb%3D1$/);
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
  ])("the gateway does not redirect to %s", async (to) => {
    const app = await preview(PAGE);
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=${encodeURIComponent(to)}`);
    expect(new URL(entered.headers.get("Location") ?? "", app.origin).searchParams.get("to")).toBe("/");
    const forged = await app.get(`/__edgesmith/entered?to=${encodeURIComponent(to)}`);
    expect(forged.headers.get("Location")).toBe("/");
  });

  it("the gateway redirects to the requested page when the browser has stored the cookie", async () => {
    const app = await preview(PAGE);
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=/a%3Fb=1`);
    const arrived = await app.get(entered.headers.get("Location") ?? "");
    expect([arrived.status, arrived.headers.get("Location")]).toEqual([303, "/a?b=1"]);
  });

  it("the gateway redirects to an unguessable host when the browser has stored no cookie, and admits that browser there", async () => {
    const app = await preview(PAGE);
    const browser = { "User-Agent": "Safari", "CF-Connecting-IP": "192.0.2.1" };
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=/a%3Fb=1`, { headers: browser });
    const arrived = await app.visit(entered.headers.get("Location") ?? "", { headers: browser });
    const { host, pathname, search } = new URL(arrived.headers.get("Location") ?? "");
    expect(host).toMatch(/^prj-[0-9a-f]{8}-[a-z2-7]{26}\.localhost:8788$/);
    expect(pathname + search).toBe("/a?b=1");
    const at = (headers: Record<string, string>) => app.at(`http://${host}/`, { headers });
    expect((await at(browser)).status).toBe(200);
    expect((await at({ ...browser, "CF-Connecting-IP": "192.0.2.2" })).status).toBe(403);
    expect((await at({ ...browser, "User-Agent": "curl" })).status).toBe(403);
  });

  it("the gateway exchanges a link only by GET, so that a link scanner's HEAD does not consume it", async () => {
    const app = await preview(PAGE);
    const looked = await app.visit(`/__edgesmith/enter?token=${app.capability}`, { method: "HEAD" });
    expect([looked.status, looked.headers.get("Allow")]).toEqual([405, "GET"]);
  });

  it("the gateway shows a refused visitor an instruction, and notifies the builder around the frame", async () => {
    const app = await preview(PAGE);
    const page = await (await app.visit("/")).text();
    expect(page).toContain(
      `href="http://localhost:8787/projects/${app.projectId}/preview" target="_blank" rel="noopener">Open the current version in a new tab`,
    );
    expect(page).toContain("This preview link has expired");
    expect(page).toContain("opens the current version, which may be newer than the one that you saw");
    expect(page).toContain(
      'parent.postMessage({ source: "edgesmith-preview", type: "refused" }, "http://localhost:8787")',
    );
  });

  it("the gateway refuses a visitor without a cookie, with a bad token, and with another project's cookie", async () => {
    const [app, other] = [await preview(PAGE), await preview(PAGE)];
    expect((await app.visit("/")).status).toBe(403);
    expect((await app.visit("/__edgesmith/enter?token=nonsense")).status).toBe(403);
    const crossed = await app.visit("/", { headers: { Cookie: other.cookie } });
    expect(crossed.status).toBe(403);
    expect(await crossed.text()).toContain("Open the preview from Edgesmith");
  });

  it("the gateway allows writes and sockets only from the app's own pages", async () => {
    const app = await preview({ "src/server.ts": 'export default { fetch: () => new Response("done") };' });
    expect((await app.get("/", { method: "POST", headers: { Origin: "http://evil.example" } })).status).toBe(403);
    expect((await app.get("/", { method: "POST", headers: { Origin: app.origin } })).status).toBe(200);
    expect((await app.get("/", { headers: { Upgrade: "websocket", Origin: "http://evil.example" } })).status).toBe(403);
  });

  it("the gateway passes WebSockets to the app", async () => {
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

describe("an app's origin", () => {
  it("an app's origin forbids plain HTTP for two years, except on loopback", async () => {
    const app = await preview(PAGE);
    expect((await app.get("/")).headers.has("Strict-Transport-Security")).toBe(false);
    const deployed = { ...environment, APP_URL: "https://edgesmith.example", PREVIEW_DOMAIN: "edgesmith-apps.example" };
    for (const label of ["prj-1", "app-1", "nothing--"]) {
      const answer = await serveVisitor(new Request(`https://${label}.edgesmith-apps.example/`), deployed, background);
      await answer.body?.cancel();
      expect(answer.headers.get("Strict-Transport-Security"), label).toBe("max-age=63072000");
    }
  });
});

describe("a visitor's network", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:DB8:0:0:1:2:3:4", "2001:db8:0:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["local", "local"],
  ])("networkOf: %s belongs to the network %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
