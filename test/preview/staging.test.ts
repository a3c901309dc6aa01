import { describe, expect, it } from "vitest";
import { newStagingLabel } from "../../worker/contract/staging-label.ts";
import { mailed, type Preview, preview } from "./preview.ts";

const page = (heading: string) => ({ "index.html": `<!doctype html><head></head><h1>${heading}</h1>` });

const SERVER = `import { user } from "edgesmith:auth";
import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS visit (at)");
    if (pathname === "/api/word") return new Response(String(this.env.WORD));
    if (pathname === "/api/user") return Response.json(await user(request));
    if (pathname === "/api/put") return new Response(String(await this.env.FILES.put("note", "of this app").then(() => "stored")));
    if (pathname === "/api/file") return new Response(await this.env.FILES.get("note").then((file) => file?.text() ?? "none"));
    if (pathname === "/api/log") { console.log("a line"); return new Response("logged"); }
    this.ctx.storage.sql.exec("INSERT INTO visit VALUES (1)");
    return Response.json(this.ctx.storage.sql.exec("SELECT count(*) AS n FROM visit").one().n);
  }
}`;

/** A project with a staged app at an address of its own. */
async function staged(files: Record<string, string>) {
  const app = await preview(files);
  const origin = `http://${newStagingLabel()}.localhost:8788`;
  await app.serveAt(new URL(origin).host);
  const stage = (number: number) => app.builder.stage(app.capability, app.projectId, app.revision, number);
  const promote = (number: number, from: number) =>
    app.builder.publish(app.capability, app.projectId, app.revision, number, undefined, from);
  const text = async (path: string, headers: Record<string, string> = {}) =>
    (await app.at(origin + path, { headers })).text();
  expect(await stage(1)).toEqual({ ok: true, diagnostics: [] });
  return { app, origin, stage, promote, text };
}

/** Signs a person in at an origin by a mailed link; returns the session's cookie. */
async function signIn(app: Preview, origin: string): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const send = async (path: string, form: Record<string, string>) => {
    const init = { method: "POST", headers: { Origin: origin }, body: new URLSearchParams(form) };
    const answer = await app.at(origin + path, init);
    await answer.text();
    return answer;
  };
  await send("/__edgesmith/sign-in", { email, action: "link" });
  await expect.poll(() => mailed(email)).toHaveLength(1);
  const link = new URL((await mailed(email))[0] ?? "");
  expect(link.origin).toBe(origin);
  const answer = await send(link.pathname, { token: link.searchParams.get("token") ?? "" });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

describe("a staged app", () => {
  // The first build of a file starts the bundler, which takes a minute on a machine that others keep busy.
  it("a staged app is served at its own host alone, which search engines may not list", {
    timeout: 240_000,
  }, async () => {
    const { app, origin, text } = await staged(page("On trial"));
    const answer = await app.at(origin);
    expect(answer.headers.get("X-Robots-Tag")).toBe("noindex");
    expect(await answer.text()).toContain("On trial");
    expect((await app.asPublic("/")).status).toBe(404);
    expect((await app.at(`http://${newStagingLabel()}.localhost:8788`)).status).toBe(404);
    await app.publish(1);
    expect((await app.asPublic("/")).headers.get("X-Robots-Tag")).toBeNull();
    expect(await text("/")).toContain("On trial");
  });

  it("a staged app has the preview's variables, and data and files apart from the preview's and the public ones", async () => {
    const { app, text } = await staged({ ...page("On trial"), "src/server.ts": SERVER });
    await app.give({ variables: { WORD: "of the preview" } });
    await app.give({ variables: { WORD: "of the public" } }, "public");
    await app.publish(1);
    expect([await text("/api/word"), await app.publicText("/api/word")]).toEqual(["of the preview", "of the public"]);
    expect([await text("/api/count"), await text("/api/count")]).toEqual(["1", "2"]);
    expect([await app.publicText("/api/count"), await app.text("/api/count")]).toEqual(["1", "1"]);
    await text("/api/put");
    expect([await text("/api/file"), await app.publicText("/api/file"), await app.text("/api/file")]).toEqual([
      "of this app",
      "none",
      "none",
    ]);
  });

  it("a staged app's sessions are not those of the public app, nor the reverse", async () => {
    const { app, origin, text } = await staged({ ...page("On trial"), "src/server.ts": SERVER });
    await app.publish(1);
    const [there, here] = [await signIn(app, origin), await signIn(app, app.publicOrigin)];
    const publicly = async (cookie: string) =>
      (await app.asPublic("/api/user", { headers: { Cookie: cookie } })).json<object | null>();
    expect(JSON.parse(await text("/api/user", { Cookie: there }))).toMatchObject({ roles: [] });
    expect(await publicly(here)).toMatchObject({ roles: [] });
    expect(await text("/api/user", { Cookie: here })).toBe("null");
    expect(await publicly(there)).toBeNull();
  });

  it("a staged app ignores late and repeated changes, and a failed build changes nothing", async () => {
    const { app, stage, text } = await staged(page("One"));
    await app.write(page("Two"));
    await stage(1);
    expect(await text("/")).toContain("One");
    await stage(3);
    await app.builder.discardStaging(app.projectId, 2);
    expect(await text("/")).toContain("Two");
    await app.write({ ...page("Broken"), "src/server.ts": "export default {" });
    expect(await stage(4)).toMatchObject({ ok: false });
    expect(await text("/")).toContain("Two");
  });

  it("a discarded staged app answers 404, and another one starts without its data", async () => {
    const { app, stage, text, origin } = await staged({ ...page("On trial"), "src/server.ts": SERVER });
    expect(await text("/api/count")).toBe("1");
    await text("/api/put");
    await app.builder.discardStaging(app.projectId, 2);
    expect((await app.at(origin)).status).toBe(404);
    await stage(3);
    expect([await text("/api/count"), await text("/api/file")]).toEqual(["1", "none"]);
  });

  it("a staged app ends with its project, and a late change does not restore it", async () => {
    const { app, origin, stage } = await staged(page("On trial"));
    await app.builder.forget(app.projectId);
    await stage(9);
    expect((await app.at(origin)).status).toBe(404);
  });
});

describe("a promotion", () => {
  it("a promotion publishes the staged build byte for byte, without the files of its revision", async () => {
    const { app, origin, promote, text } = await staged({
      "index.html": '<!doctype html><head></head><script type="module" src="/src/main.ts"></script>',
      "src/main.ts": `document.title = "${"long ".repeat(400_000)}";`,
      "src/server.ts": SERVER,
    });
    await app.loseFiles();
    expect(await promote(1, 1)).toEqual({ ok: true, diagnostics: [] });
    const html = await text("/");
    expect(await app.publicText("/")).toBe(html);
    const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? "";
    const bytes = async (at: string) => new Uint8Array(await (await app.at(at + script)).arrayBuffer());
    const own = await bytes(origin);
    expect(own.length).toBeGreaterThan(1_900_000);
    expect(await bytes(app.publicOrigin)).toEqual(own);
    expect(await app.publicText("/api/count")).toBe("1");
  });

  it("a promotion leaves the staged app where it is, and later stagings do not change the public one", async () => {
    const { app, promote, stage, text } = await staged(page("One"));
    await promote(1, 1);
    await app.write(page("Two"));
    await stage(2);
    expect([await text("/"), await app.publicText("/")].map((html) => /One|Two/.exec(html)?.[0])).toEqual([
      "Two",
      "One",
    ]);
  });

  it("a promotion of a build that is stored no more builds the revision", async () => {
    const { app, promote } = await staged(page("One"));
    await app.builder.discardStaging(app.projectId, 2);
    expect(await promote(1, 1)).toEqual({ ok: true, diagnostics: [] });
    expect(await app.publicText("/")).toContain("One");
  });
});
