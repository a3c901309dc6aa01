import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AppMail } from "../../worker/contract/app-services.ts";
import { type Preview, preview } from "./preview.ts";

const gate = (env as unknown as { API: { mailsOf(projectId: string): Promise<AppMail[]> } }).API;

/** An app that answers with the result of a call, or with its error. */
const appThat = (body: string): Promise<Preview> =>
  preview({
    "src/server.ts": `export default { async fetch(request: Request, env: any): Promise<Response> {
  const { MAIL, AI } = env; const { pathname, searchParams } = new URL(request.url);
  try { return Response.json((await (async () => { ${body} })()) ?? null); } catch (error: any) { return Response.json({ error: error.message, code: error.code }); }
} };`,
  });

const answerOf = async (app: Preview, path = "/x"): Promise<unknown> => JSON.parse(await app.text(path));

const linkIn = (mail: AppMail | undefined): string => {
  const link = mail?.kind === "confirm" ? mail.link : mail?.stopLink;
  if (!link) throw new Error("the mail has no link");
  return link;
};

describe("env.MAIL", () => {
  const mailer = () =>
    appThat(`
      const to = searchParams.get("to");
      if (pathname === "/confirm") return MAIL.confirm(to);
      if (pathname === "/agreed") return MAIL.hasAgreed(to);
      return MAIL.send({ to, subject: "News", text: "Hello" });`);

  it("An app writes to an address only after its person has agreed on the platform's page, and until they withdraw", async () => {
    const app = await mailer();
    expect(await answerOf(app, "/send?to=bo@example.com")).toEqual({ error: "not agreed" });
    expect(await answerOf(app, "/confirm?to=bo@example.com")).toBeNull();
    const [asked] = await gate.mailsOf(app.projectId);
    const link = linkIn(asked);
    expect(link.startsWith(`${app.origin}/__edgesmith/mail/`)).toBe(true);
    const page = await app.get(link.slice(app.origin.length));
    expect(await page.text()).toContain("This app may send email to bo@example.com?");
    // A program that opens the links of mails agrees to nothing.
    expect(await answerOf(app, "/agreed?to=bo@example.com")).toBe(false);
    const headers = { Origin: app.origin };
    await app.get(link.slice(app.origin.length), { method: "POST", headers });
    expect(await answerOf(app, "/agreed?to=Bo@Example.com")).toBe(true);
    expect(await answerOf(app, "/send?to=bo@example.com")).toBeNull();
    const sent = (await gate.mailsOf(app.projectId)).at(-1);
    expect(sent).toMatchObject({ kind: "message", to: "bo@example.com", subject: "News", hasAgreed: true });
    await app.get(linkIn(sent).slice(app.origin.length), { method: "POST", headers });
    expect(await answerOf(app, "/send?to=bo@example.com")).toEqual({ error: "not agreed" });
  });

  it("A mail does not tell the secret in the name of a preview's host without cookies", async () => {
    const app = await mailer();
    await app.text("/x");
    const entered = await app.visit(`/__edgesmith/enter?token=${app.capability}&to=/`);
    const next = await app.visit(entered.headers.get("Location") ?? "");
    const origin = new URL(next.headers.get("Location") ?? "").origin;
    expect(origin).toMatch(/-[a-z]{26}\./);
    await app.at(`${origin}/confirm?to=bo@example.com`);
    expect(linkIn((await gate.mailsOf(app.projectId))[0]).startsWith(`${app.origin}/`)).toBe(true);
  });

  it("An app writes to its owner without asking", async () => {
    expect(await answerOf(await mailer(), "/send?to=owner@example.com")).toBeNull();
  });

  it("A link of another app, a changed one and one for a file agree to nothing", async () => {
    const [app, other] = [await mailer(), await mailer()];
    await app.text("/confirm?to=bo@example.com");
    await other.text("/x");
    const path = linkIn((await gate.mailsOf(app.projectId))[0]).slice(app.origin.length);
    for (const [who, tried] of [
      [other, path],
      [app, `${path}A`],
      [app, path.replace("/mail/", "/files/")],
    ] as const) {
      const response = await who.get(tried, { method: "POST", headers: { Origin: who.origin } });
      expect(response.status).toBe(403);
    }
    expect(await answerOf(app, "/agreed?to=bo@example.com")).toBe(false);
  });

  it.each([
    [{ to: "bo@example.com", subject: "a\nBcc: eve@example.com", text: "x" }, "subject: must be one line"],
    [{ to: "bo@example.com, eve@example.com", subject: "a", text: "x" }, "to: "],
    [{ to: ["bo@example.com"], subject: "a", text: "x" }, "to: "],
    [{ to: "bo@example.com", subject: "a", text: "x", from: "me@example.com" }, "Unrecognized key"],
    [null, "send: "],
  ])("env.MAIL.send() refuses the mail %j", async (mail, fault) => {
    const app = await appThat(`return MAIL.send(${JSON.stringify(mail)});`);
    expect(await answerOf(app)).toEqual({ error: expect.stringContaining(fault) });
    expect(await gate.mailsOf(app.projectId)).toEqual([]);
  });

  it("A visitor of a published app causes five questions a day at most, whatever addresses they enter", async () => {
    const app = await mailer();
    await app.publish(1);
    const asked = [];
    for (const n of [1, 2, 3]) asked.push(JSON.parse(await app.publicText(`/confirm?to=v${n}@example.com`)));
    expect(asked).toEqual([null, null, { error: "A visitor may cause 2 mails that ask for a confirmation a minute." }]);
    expect(await gate.mailsOf(app.projectId)).toHaveLength(2);
  });
});

describe("env.AI", () => {
  it("env.AI.messages() passes the request on for its own project, whatever the app names", async () => {
    const app = await appThat(`return AI.messages({ messages: [], projectId: "prj_other" });`);
    expect(await answerOf(app)).toEqual({ projectId: app.projectId, input: { messages: [], projectId: "prj_other" } });
  });

  it("A visitor of a published app causes ten messages a minute at most, and its header does not make them another", async () => {
    const app = await appThat(`await AI.messages({}); return "ok";`);
    await app.publish(1);
    const answers: unknown[] = [];
    for (let n = 0; n < 12; n += 1) {
      const response = await app.asPublic("/x", { headers: { "x-edgesmith-visitor": `forged ${n}` } });
      answers.push(await response.json());
    }
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(10);
    expect(answers.at(-1)).toEqual({
      error: "A visitor may cause 10 messages of a model a minute.",
      code: "rate_limited",
    });
  });

  it("An app may name the person behind a message itself, whose limit is then their own", async () => {
    const app = await appThat(`await AI.messages({}, { visitor: searchParams.get("who") }); return "ok";`);
    const ask = async (who: string) => answerOf(app, `/x?who=${who}`);
    for (let n = 0; n < 10; n += 1) expect(await ask("ada")).toBe("ok");
    expect(await ask("ada")).toMatchObject({ code: "rate_limited" });
    expect(await ask("bo")).toBe("ok");
  });
});

describe("the bindings of the platform", () => {
  it("A binding that the project's own configuration names has the project's value", async () => {
    const app = await preview({
      "wrangler.jsonc": JSON.stringify({ main: "worker.ts", vars: { MAIL: "mine" } }),
      "worker.ts": `import { env as imported } from "cloudflare:workers";
export default { fetch: (_: Request, env: any) => Response.json([env.MAIL, typeof env.FILES.put, imported.FILES === env.FILES, env.AI === imported.AI]) };`,
    });
    expect(await answerOf(app)).toEqual(["mine", "function", true, true]);
  });
});
