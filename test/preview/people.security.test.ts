import { describe, expect, it } from "vitest";
import { objectOf } from "../../preview/app/hosted-app.ts";
import { withGrant } from "../../preview/gateway/access-headers.ts";
import { requestHeaders } from "../../preview/gateway/headers.ts";
import { environment, mailed, type Preview, preview } from "./preview.ts";

const SERVER = `import { user } from "edgesmith:auth";
export default { async fetch(request) {
  if (new URL(request.url).pathname === "/headers") return Response.json(Object.fromEntries(request.headers));
  return Response.json(await user(request), { headers: { "Set-Cookie": "__Host-edgesmith-session=stolen; Path=/; Secure" } });
} };`;
const FILES = { "src/server.ts": SERVER, "index.html": "<!doctype html><head></head><h1>Members</h1>" };

/** Sends back what a socket sends. */
const ECHO = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) { socket.send(message); }
}`;

async function openSocket(app: Preview, cookie: string): Promise<WebSocket> {
  const headers = { Upgrade: "websocket", Origin: app.publicOrigin, Cookie: cookie };
  const { webSocket } = await app.asPublic("/api", { headers });
  if (!webSocket) throw new Error("there is no socket");
  webSocket.accept();
  return webSocket;
}

const unique = () => `${crypto.randomUUID().slice(0, 8)}@example.com`;
const SIGN_IN = "/__edgesmith/sign-in";
const LINK = `${SIGN_IN}/link`;
const ACCOUNT = "/__edgesmith/account";

async function published(): Promise<Preview> {
  const app = await preview(FILES);
  await app.publish(1);
  return app;
}

type Sent = { cookie?: string; origin?: string | null; network?: string };

/** Submits one of the platform's forms as a browser does. */
function submit(app: Preview, path: string, fields: Record<string, string>, sent: Sent = {}): Promise<Response> {
  const { cookie, origin = app.publicOrigin, network = crypto.randomUUID() } = sent;
  const headers = new Headers({ "CF-Connecting-IP": network });
  if (origin !== null) headers.set("Origin", origin);
  if (cookie !== undefined) headers.set("Cookie", cookie);
  return app.asPublic(path, { method: "POST", headers, body: new URLSearchParams(fields) });
}

/** Returns the cookie that a response sets, for the next request; an empty string without one. */
const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";

/** Asks for a link, and returns the token in the mail. */
async function linkFor(app: Preview, email: string): Promise<string> {
  const address = email.toLowerCase();
  const before = (await mailed(address)).length;
  await (await submit(app, SIGN_IN, { action: "link", email })).text();
  const links = await mailed(address);
  return links.length === before ? "" : (new URL(links.at(-1) ?? "").searchParams.get("token") ?? "");
}

/** Signs a person in by a link. */
async function signIn(app: Preview, email = unique()): Promise<string> {
  const answer = await submit(app, LINK, { token: await linkFor(app, email), to: "/" });
  expect(answer.status).toBe(303);
  return cookieOf(answer);
}

const userOf = async (app: Preview, cookie: string, headers: Record<string, string> = {}) =>
  (await app.asPublic("/api", { headers: { ...headers, Cookie: cookie } })).json();

describe("sign-in by a link", () => {
  it("sign-in by a link makes the person known to the app's server, and to no visitor without the cookie", async () => {
    const app = await published();
    const email = unique();
    const cookie = await signIn(app, email.toUpperCase());
    expect(await userOf(app, cookie)).toEqual({ id: expect.stringMatching(/^per_/), email, name: "", roles: [] });
    expect(await userOf(app, "")).toBeNull();
    const shown = await app.asPublic("/__edgesmith/user", { headers: { Cookie: cookie } });
    expect(await shown.json()).toMatchObject({ user: { email } });
  });

  it("sign-in by a link works once, however many try at a time", async () => {
    const app = await published();
    const token = await linkFor(app, unique());
    const answers = await Promise.all([1, 2, 3, 4].map(() => submit(app, LINK, { token, to: "/" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410]);
    expect((await submit(app, LINK, { token, to: "/" })).status).toBe(410);
  });

  it("sign-in by a link is not used up by a program that opens it, and voids the address's other links", async () => {
    const app = await published();
    const email = unique();
    const [first, second] = [await linkFor(app, email), await linkFor(app, email)];
    const opened = await app.asPublic(`${LINK}?token=${second}&to=/`);
    expect([opened.status, opened.headers.getSetCookie()]).toEqual([200, []]);
    expect((await submit(app, LINK, { token: second, to: "/" })).status).toBe(303);
    expect((await submit(app, LINK, { token: first, to: "/" })).status).toBe(410);
  });

  it("sign-in by a link of another app is refused", async () => {
    const [one, two] = [await published(), await published()];
    const token = await linkFor(one, unique());
    expect((await submit(two, LINK, { token, to: "/" })).status).toBe(410);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "/__edgesmith/sign-out",
  ])("sign-in by a link leads to the app itself and not to %s", async (to) => {
    const app = await published();
    const answer = await submit(app, LINK, { token: await linkFor(app, unique()), to });
    expect(answer.headers.get("Location")).toBe("/");
  });

  it("sign-in by a link returns to the page that asked for it", async () => {
    const app = await published();
    const answer = await submit(app, LINK, { token: await linkFor(app, unique()), to: "/cart?item=1#end" });
    expect(answer.headers.get("Location")).toBe("/cart?item=1#end");
  });

  it("sign-in by a link sends an address three mails an hour, and says the same in every case", async () => {
    const app = await published();
    const email = unique();
    const texts = [];
    for (let tries = 0; tries < 5; tries += 1)
      texts.push(await (await submit(app, SIGN_IN, { action: "link", email })).text());
    expect(new Set(texts).size).toBe(1);
    expect(await mailed(email)).toHaveLength(3);
  });

  it("sign-in by a link is limited to 20 tries of one network, whatever the address", async () => {
    const app = await published();
    const network = "192.0.2.1";
    const statuses = [];
    for (let tries = 0; tries < 21; tries += 1) {
      statuses.push((await submit(app, SIGN_IN, { action: "link", email: unique() }, { network })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
    expect((await submit(app, SIGN_IN, { action: "link", email: unique() }, { network: "192.0.2.2" })).status).toBe(
      200,
    );
  });
});

describe("the form to sign in", () => {
  it.each([
    ["another site", "https://evil.example"],
    ["another app", "http://app-other.localhost:8788"],
    ["a sandboxed frame", "null"],
    ["no origin", null],
  ])("the form to sign in is refused from %s", async (_, origin) => {
    const app = await published();
    const token = await linkFor(app, unique());
    for (const path of [SIGN_IN, LINK, "/__edgesmith/sign-out", ACCOUNT]) {
      const answer = await submit(app, path, { token, action: "link", email: unique() }, { origin });
      expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
    }
  });

  it("the form to sign in escapes the address it shows again, and loads nothing", async () => {
    const app = await published();
    const email = `"><script>alert(1)</script>`;
    const answer = await submit(app, SIGN_IN, { action: "link", email, to: '/"><script>' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).not.toContain("<script>");
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });

  it.each([
    ["too large", "x".repeat(20_000)],
    ["of another type", new Blob(["{}"], { type: "application/json" })],
  ])("the form to sign in is 400 when it is %s", async (_, body) => {
    const app = await published();
    const headers = new Headers({ Origin: app.publicOrigin });
    if (typeof body === "string") headers.set("Content-Type", "application/x-www-form-urlencoded");
    expect((await app.asPublic(SIGN_IN, { method: "POST", headers, body })).status).toBe(400);
  });

  it("the form to sign in does not exist before the app is published, and stores nothing", async () => {
    const app = await preview(FILES);
    const email = unique();
    expect((await submit(app, SIGN_IN, { action: "link", email })).status).toBe(404);
    expect(await mailed(email)).toEqual([]);
  });
});

describe("a password", () => {
  const password = "correct horse battery";

  async function withPassword() {
    const app = await published();
    const email = unique();
    const cookie = await signIn(app, email);
    const answer = await submit(app, ACCOUNT, { action: "password", password }, { cookie });
    expect(await answer.text()).toContain("Your password was set.");
    return { app, email, cookie };
  }

  it("a password signs the person in who has set it", async () => {
    const { app, email } = await withPassword();
    const answer = await submit(app, SIGN_IN, { action: "password", email, password, to: "/cart" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/cart"]);
    expect(await userOf(app, cookieOf(answer))).toMatchObject({ email });
  });

  it("a password that is wrong, of nobody or of another app is refused in the same words", async () => {
    const { app, email } = await withPassword();
    const other = await published();
    const texts = await Promise.all([
      submit(app, SIGN_IN, { action: "password", email, password: "wrong horse battery" }),
      submit(app, SIGN_IN, { action: "password", email: unique(), password }),
      submit(other, SIGN_IN, { action: "password", email, password }),
    ]);
    expect(texts.map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const answer of texts) expect(await answer.text()).toContain("The email or the password is wrong.");
  });

  it("a password is refused after five failures for the address, also the right one, until the quarter of an hour is over", async () => {
    const { app, email } = await withPassword();
    const attempt = (tried: string) => submit(app, SIGN_IN, { action: "password", email, password: tried });
    const failed = await Promise.all(Array.from({ length: 7 }, () => attempt("wrong horse battery")));
    expect(failed.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await attempt(password)).status).toBe(429);
    expect(await linkFor(app, email)).not.toBe("");
  });

  it("a password that is set ends the person's other sessions", async () => {
    const { app, email } = await withPassword();
    const [old, fresh] = [await signIn(app, email), await signIn(app, email)];
    await (
      await submit(app, ACCOUNT, { action: "password", password: "another horse battery" }, { cookie: fresh })
    ).text();
    expect(await userOf(app, old)).toBeNull();
    expect(await userOf(app, fresh)).toMatchObject({ email });
  });

  it("a password that is too short is refused", async () => {
    const app = await published();
    const cookie = await signIn(app);
    expect((await submit(app, ACCOUNT, { action: "password", password: "short" }, { cookie })).status).toBe(422);
  });
});

describe("the session of a person", () => {
  it("the session of a person is the platform's alone: the app neither sees nor sets its cookie", async () => {
    const app = await published();
    const cookie = await signIn(app);
    const headers = await (await app.asPublic("/headers", { headers: { Cookie: `${cookie}; own=1` } })).json();
    expect(JSON.stringify(headers)).not.toContain(cookie.split("=")[1]);
    expect(headers).toMatchObject({ cookie: "own=1" });
    expect((await app.asPublic("/api")).headers.getSetCookie()).toEqual([]);
  });

  it("the session of a person has a cookie that no other host, script or site gets", async () => {
    const app = await published();
    const answer = await submit(app, LINK, { token: await linkFor(app, unique()), to: "/" });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-edgesmith-session=[\w-]{43}; Path=\/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax$/,
      ),
    ]);
  });

  it("the session of a person with one app is nobody's with another app, nor with the preview of the same project", async () => {
    const [one, two] = [await published(), await published()];
    const cookie = await signIn(one);
    expect(await userOf(two, cookie)).toBeNull();
    const inPreview = await one.get("/api", { headers: { Cookie: cookie } });
    expect(await inPreview.json()).toBeNull();
  });

  it("the session of a person ends with signing out, here or everywhere", async () => {
    const app = await published();
    const email = unique();
    const [one, two, three] = [await signIn(app, email), await signIn(app, email), await signIn(app, email)];
    const out = await submit(app, "/__edgesmith/sign-out", { to: "/" }, { cookie: one });
    expect(out.headers.getSetCookie()[0]).toContain("Max-Age=0");
    expect([await userOf(app, one), await userOf(app, two)]).toEqual([null, expect.objectContaining({ email })]);
    await (await submit(app, ACCOUNT, { action: "sign-out-everywhere" }, { cookie: two })).text();
    expect([await userOf(app, two), await userOf(app, three)]).toEqual([null, null]);
  });

  it("the session of a person in a preview works inside the builder's frame", async () => {
    const app = await preview(FILES);
    const email = unique();
    const post = (path: string, fields: Record<string, string>) =>
      app.get(path, { method: "POST", headers: { Origin: app.origin }, body: new URLSearchParams(fields) });
    await (await post(SIGN_IN, { action: "link", email })).text();
    const token = new URL((await mailed(email))[0] ?? "").searchParams.get("token") ?? "";
    const answer = await post(LINK, { token, to: "/" });
    expect(answer.headers.getSetCookie()[0]).toContain("SameSite=None; Partitioned");
    const seen = await app.get("/api", { headers: { Cookie: cookieOf(answer) } });
    expect(await seen.json()).toMatchObject({ email });
  });
});

describe("the header with the person", () => {
  const forged = JSON.stringify({ id: "per_1", email: "owner@example.com", name: "Owner", roles: ["admin"] });

  it.each(["X-Edgesmith-User", "x-edgesmith-user", "X-EDGESMITH-USER"])(
    "the header with the person is dropped when a visitor sends it as %s",
    async (name) => {
      const app = await published();
      expect(await userOf(app, "", { [name]: forged })).toBeNull();
      const email = unique();
      expect(await userOf(app, await signIn(app, email), { [name]: forged })).toMatchObject({ email });
      expect(await (await app.get("/api", { headers: { [name]: forged } })).json()).toBeNull();
    },
  );

  it("the header with the person is dropped from the platform's internal headers that a visitor sends", async () => {
    const app = await published();
    const cookie = await signIn(app);
    const token = cookie.split("=")[1] ?? "";
    expect(await userOf(app, "", { "X-Edgesmith-Session": token })).toBeNull();
  });

  it("the header with the person is dropped from an agent's request", async () => {
    const app = await preview(FILES);
    const request = { method: "GET", path: "/api", headers: { "X-Edgesmith-User": forged } };
    const answer = await app.builder.request(app.capability, app.projectId, app.revision, request);
    expect(answer.body).toBe("null");
  });

  it("the header with the person does not pass the gateway, whatever the app's object makes of it", () => {
    const passed = requestHeaders(new Headers({ "X-Edgesmith-User": forged, "X-Own": "1" }));
    expect([...passed.keys()]).toEqual(["x-own"]);
  });

  it.each(["preview", "public", "staging"] as const)(
    "the header with the person is dropped by the object of the %s app, also where the gateway has let it pass",
    async (kind) => {
      const app = await published();
      await app.builder.stage(app.capability, app.projectId, app.revision, 1);
      const headers = withGrant(new Headers({ "X-Edgesmith-User": forged }), app);
      const object = objectOf(environment, { projectId: app.projectId, kind });
      expect(await (await object.fetch("http://app.localhost/api", { headers })).json()).toBeNull();
    },
  );

  it("the header with the person is JSON in ASCII, for servers without the module", async () => {
    const app = await published();
    const cookie = await signIn(app);
    await (await submit(app, ACCOUNT, { action: "name", name: "Grace Hopper-Müller 🚀" }, { cookie })).text();
    const headers = await (await app.asPublic("/headers", { headers: { Cookie: cookie } })).json<
      Record<string, string>
    >();
    expect(headers["x-edgesmith-user"]).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(headers["x-edgesmith-user"] ?? "")).toMatchObject({ name: "Grace Hopper-Müller 🚀" });
  });
});

describe("an app for invited people", () => {
  const page = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };

  async function invitedOnly() {
    const app = await published();
    await app.owner.setVisitorAccess(app.projectId, "invited");
    return app;
  }

  it("an app for invited people leads others to the sign-in page, and gives them neither files nor data", async () => {
    const app = await invitedOnly();
    const answer = await app.asPublic("/cart?a=1", { headers: page });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, `${SIGN_IN}?to=%2Fcart%3Fa%3D1`]);
    expect((await app.asPublic("/index.html")).status).toBe(401);
    expect((await app.asPublic("/api")).status).toBe(401);
    const email = unique();
    expect(await linkFor(app, email)).toBe("");
    expect(
      await app.owner.listPeople({ projectId: app.projectId, target: "public" }, { after: null, limit: 10 }),
    ).toEqual([]);
  });

  it("an app for invited people lets an invited person in by the invitation or by a link, with the roles", async () => {
    const app = await invitedOnly();
    const email = unique();
    const of = { projectId: app.projectId, target: "public" as const };
    const invitation = await app.owner.invitePerson(of, { email, name: "Grace", roles: ["admin"] });
    expect(invitation?.person.status).toBe("invited");
    const answer = await submit(app, LINK, { token: invitation?.token ?? "", to: "/" });
    expect(await userOf(app, cookieOf(answer))).toMatchObject({ email, name: "Grace", roles: ["admin"] });
    expect(await userOf(app, await signIn(app, email))).toMatchObject({ email });
    const [person] = await app.owner.listPeople(of, { after: null, limit: 10 });
    expect(person).toMatchObject({ email, status: "active" });
  });

  it("an app for invited people shuts a person out who is removed, with the open links, and at once", async () => {
    const app = await invitedOnly();
    const email = unique();
    const of = { projectId: app.projectId, target: "public" as const };
    const invitation = await app.owner.invitePerson(of, { email, name: "", roles: [] });
    const cookie = await signIn(app, email);
    const open = await app.owner.invitePerson(of, { email, name: "", roles: [] });
    expect(await app.owner.removePerson(of, invitation?.person.id ?? "")).toBe(true);
    expect((await app.asPublic("/api", { headers: { Cookie: cookie } })).status).toBe(401);
    expect((await submit(app, LINK, { token: open?.token ?? "", to: "/" })).status).toBe(410);
  });

  it("an app for invited people does not admit a person who had signed up before and was removed", async () => {
    const app = await published();
    const email = unique();
    const token = await linkFor(app, email);
    await app.owner.setVisitorAccess(app.projectId, "invited");
    expect((await submit(app, LINK, { token, to: "/" })).status).toBe(410);
  });
});

describe("a person's roles", () => {
  it("a person's roles hold from the next request on", async () => {
    const app = await published();
    const cookie = await signIn(app);
    const of = { projectId: app.projectId, target: "public" as const };
    const [person] = await app.owner.listPeople(of, { after: null, limit: 10 });
    await app.owner.updatePerson(of, person?.id ?? "", { roles: ["editor"] });
    expect(await userOf(app, cookie)).toMatchObject({ roles: ["editor"] });
  });

  it("a person's roles close the app's sockets where they change, by an invitation too, and else do not", async () => {
    const app = await preview({ ...FILES, "src/server.ts": ECHO });
    await app.publish(1);
    const [email, of] = [unique(), { projectId: app.projectId, target: "public" as const }];
    const invitation = await app.owner.invitePerson(of, { email, name: "", roles: ["admin"] });
    const id = invitation?.person.id ?? "";
    const cookie = await signIn(app, email);
    const changes = [
      { act: () => app.owner.invitePerson(of, { email, name: "Grace", roles: ["admin"] }), closes: false },
      { act: () => app.owner.updatePerson(of, id, { roles: ["admin"] }), closes: false },
      { act: () => app.owner.invitePerson(of, { email, name: "", roles: [] }), closes: true },
      { act: () => app.owner.updatePerson(of, id, { roles: ["admin"] }), closes: true },
    ];
    for (const { act, closes } of changes) {
      const socket = await openSocket(app, cookie);
      const heard = new Promise((resolve) => {
        socket.addEventListener("message", () => resolve(false));
        socket.addEventListener("close", () => resolve(true));
        socket.addEventListener("error", () => resolve(true));
      });
      await act();
      if (!closes) socket.send("hello");
      expect(await heard).toBe(closes);
      if (!closes) socket.close();
    }
  });

  it("a person's roles cannot be set by the person", async () => {
    const app = await published();
    const cookie = await signIn(app);
    await (await submit(app, ACCOUNT, { action: "name", name: "Eve", roles: '["admin"]' }, { cookie })).text();
    expect(await userOf(app, cookie)).toMatchObject({ name: "Eve", roles: [] });
  });
});

describe("the module edgesmith:auth", () => {
  it("the module edgesmith:auth gives the addresses to sign in and out at", async () => {
    const app = await preview({
      "src/server.ts": `import { signInUrl, signOutUrl } from "edgesmith:auth";
export default { fetch: () => Response.json([signInUrl("/a?b"), signOutUrl()]) };`,
    });
    expect(await (await app.get("/api")).json()).toEqual([`${SIGN_IN}?to=%2Fa%3Fb`, "/__edgesmith/sign-out?to=%2F"]);
  });

  it("the module edgesmith:auth is an error in a page, with its reason, and so is a module that does not exist", async () => {
    const inPage = await preview({
      "index.html": '<!doctype html><script type="module" src="/src/main.ts"></script>',
      "src/main.ts": 'import { user } from "edgesmith:auth";\nconsole.log(user);',
    });
    expect((await inPage.prepare()).diagnostics[0]?.message).toContain("exists only on the server");
    const unknown = await preview({ "src/server.ts": 'import "edgesmith:sms";\nexport default {};' });
    expect((await unknown.prepare()).diagnostics[0]?.message).toContain("the platform's modules are edgesmith:auth");
  });

  it("the module edgesmith:auth tells an app's Durable Object who the person is", async () => {
    const app = await preview({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
import { user } from "edgesmith:auth";
export class App extends DurableObject { async fetch(request) { return Response.json(await user(request)); } }`,
    });
    await app.publish(1);
    const email = unique();
    expect(await userOf(app, await signIn(app, email))).toMatchObject({ email });
  });
});
