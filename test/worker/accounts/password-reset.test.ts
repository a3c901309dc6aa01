import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { user, verification } from "../../../drizzle/schema/index.ts";
import { suspendAccount, unsuspendAccount } from "../../../worker/accounts/index.ts";
import { resetMail, sendMail } from "../../../worker/accounts/mail.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { AuditEntry } from "../../../worker/contract/index.ts";
import { cookieOfSignIn, database } from "../database/direct.ts";
import { newAccount, newProject, nobody, type Page, withCookie } from "../stage/client.ts";
import type { Received } from "../webhooks/receiver.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const anywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });

const post = (path: string, body: unknown) => nobody.request(`/v1/auth/${path}`, { body, headers: anywhere() });

/**
 * Requests a password reset.
 * @returns the token of the link in the mail; null when none was sent
 */
async function tokenFor(email: string): Promise<string | null> {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const answer = await post("request-password-reset", { email });
  expect(answer.status).toBe(200);
  const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)));
  said.mockRestore();
  const mail = lines.find(({ event, to }) => event === "mail" && to === email);
  return mail ? new URL(/http\S+/.exec(mail.text)?.[0] ?? "").searchParams.get("token") : null;
}

const reset = (token: string | null, newPassword = "another horse") => post("reset-password", { token, newPassword });

describe("a password reset", () => {
  it("A reset link sets a new password once, and ends earlier sessions", async () => {
    const ada = await newAccount();
    const token = await tokenFor(ada.email);
    expect((await reset(token)).status).toBe(200);
    await ada.problem(401, "/v1/tokens");
    await expect(cookieOfSignIn(ada.email)).rejects.toThrow("401");
    const again = withCookie(await cookieOfSignIn(ada.email, "another horse"));
    const { data } = await again.expect<Page<AuditEntry>>(200, "/v1/audit");
    expect(data.map(({ action }) => action)).toContain("password.reset");
    const second = await reset(token, "a third horse");
    expect(second.status).toBe(422);
    expect(await second.json()).toMatchObject({ code: "invalid_request", reason: "invalid_token" });
  });

  it("A reset link cannot be derived from the database", async () => {
    const ada = await newAccount();
    const token = await tokenFor(ada.email);
    const rows = await database.select().from(verification);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("A request for a reset link has the same response for an unknown address, and sends no mail", async () => {
    const ada = await newAccount();
    const [known, unknown] = [ada.email, `${crypto.randomUUID()}@example.com`];
    const answers = [];
    for (const email of [known, unknown]) {
      answers.push(await (await post("request-password-reset", { email })).text());
    }
    expect(answers[0]).toBe(answers[1]);
    expect(await tokenFor(unknown)).toBeNull();
  });

  it("An account gets at most three reset links per hour, from any client, without an effect on its sign-in limit", async () => {
    const ada = await newAccount();
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await post("request-password-reset", { email: ada.email })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    await cookieOfSignIn(ada.email);
  });

  it("A password reset ends sessions and tokens, and disables webhooks and triggers", async () => {
    const ada = await newAccount();
    const project = await newProject(ada);
    const program = await ada.token(["projects:read", "webhooks:read"]);
    const intruder = withCookie(await cookieOfSignIn(ada.email));
    const hook = await ada.expect<{ id: string }>(201, "/v1/webhooks", {
      body: { url: `${inject("receiverUrl")}/200/${crypto.randomUUID()}`, events: ["project.created"] },
    });
    const trigger = await ada.expect<{ id: string; secret: string }>(201, `/v1/projects/${project.id}/triggers`, {
      body: { kind: "standard", prompt: "Look" },
    });
    const [before] = await database.select().from(user).where(eq(user.email, ada.email));
    expect((await reset(await tokenFor(ada.email))).status).toBe(200);
    await program.problem(401, "/v1/projects", { headers: anywhere() });
    await intruder.problem(401, "/v1/tokens");
    const again = withCookie(await cookieOfSignIn(ada.email, "another horse"));
    expect(await again.expect(200, `/v1/webhooks/${hook.id}`)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining("password was reset"),
    });
    const triggers = await again.expect<Page<{ id: string }>>(200, `/v1/projects/${project.id}/triggers`);
    expect(triggers.data).toMatchObject([{ id: trigger.id, enabled: false }]);
    expect(await again.expect(200, "/v1/tokens")).toMatchObject({ data: [] });
    const [after] = await database.select().from(user).where(eq(user.email, ada.email));
    expect(after).toMatchObject({ emailVerified: true, accessEpoch: (before?.accessEpoch ?? 0) + 1 });
    // A webhook that its owner has confirmed stays enabled.
    await again.expect(200, "/v1/me/hooks/enable", { method: "POST" });
    expect(await again.expect(200, `/v1/webhooks/${hook.id}`)).toMatchObject({ enabled: true, disabledReason: null });
    const enabled = await again.expect<Page<{ id: string }>>(200, `/v1/projects/${project.id}/triggers`);
    expect(enabled.data).toMatchObject([{ id: trigger.id, enabled: true, disabledReason: null }]);
  });

  it("A password reset also requires confirmation of webhooks and triggers that a cancelled deletion would enable", async () => {
    const ada = await newAccount();
    const project = await newProject(ada);
    const body = { kind: "standard", prompt: "Look" };
    await ada.expect(201, `/v1/projects/${project.id}/triggers`, { body });
    const url = `${inject("receiverUrl")}/200/${crypto.randomUUID()}`;
    await ada.expect(201, "/v1/webhooks", { body: { url, events: ["project.created"] } });
    await suspendAccount(database, ada.email, "operator");
    expect((await reset(await tokenFor(ada.email))).status).toBe(200);
    await unsuspendAccount(database, ada.email, "operator");
    let again = withCookie(await cookieOfSignIn(ada.email, "another horse"));
    expect(await again.expect(200, "/v1/me")).toMatchObject({ hooksToConfirm: 2 });
    await again.expect(200, "/v1/me/hooks/enable", { method: "POST" });
    await again.expect(202, "/v1/me", { method: "DELETE" });
    expect((await reset(await tokenFor(ada.email), "a third horse")).status).toBe(200);
    again = withCookie(await cookieOfSignIn(ada.email, "a third horse"));
    await again.expect(200, "/v1/me/restore", { method: "POST" });
    expect(await again.expect(200, "/v1/me")).toMatchObject({ hooksToConfirm: 2 });
    expect(await again.expect(200, `/v1/projects/${project.id}/triggers`)).toMatchObject({
      data: [{ enabled: false }],
    });
  });

  it("A password reset sends a mail that lists the ended access", async () => {
    const ada = await newAccount();
    const token = await tokenFor(ada.email);
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    expect((await reset(token)).status).toBe(200);
    const mails = said.mock.calls.map(([line]) => JSON.parse(String(line))).filter(({ event }) => event === "mail");
    expect(mails).toMatchObject([{ to: ada.email, subject: "Your Edgesmith password was reset" }]);
    expect(mails[0].text).toMatch(/signed out everywhere.*tokens have been revoked/);
    expect(resetMail(configOf(env), ada.email, "x").text).toMatch(/revokes all your API tokens.*Webhooks|webhooks/);
  });

  it("A reset is refused for a short password and for an invalid link", async () => {
    const ada = await newAccount();
    expect((await reset(await tokenFor(ada.email), "short")).status).toBe(422);
    expect((await reset("made-up")).status).toBe(422);
    await cookieOfSignIn(ada.email);
  });
});

describe("a mail", () => {
  it("A mail is sent to the configured service in its format", async () => {
    const config = configOf(env);
    const url = `${inject("receiverUrl")}/200/${crypto.randomUUID()}`;
    const mail = { url, key: "a-key", from: "Edgesmith <hello@example.com>" };
    await sendMail({ ...config, mail }, resetMail(config, "ada@example.com", "a token"));
    const [sent]: Received[] = await (await fetch(url)).json();
    expect(sent?.headers).toMatchObject({ authorization: "Bearer a-key", "content-type": "application/json" });
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      from: mail.from,
      to: ["ada@example.com"],
      subject: "Reset your Edgesmith password",
      text: expect.stringContaining(`${config.appUrl}/reset-password?token=a%20token`),
    });
  });

  it("A mail that could not be sent is logged without its text", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const mail = { url: `${inject("receiverUrl")}/500/${crypto.randomUUID()}`, key: "a-key", from: "a@example.com" };
    const config = { ...configOf(env), mail, logLevel: "error" as const };
    await sendMail(config, resetMail(config, "ada@example.com", "a-token"));
    expect(JSON.parse(String(said.mock.calls[0]?.[0]))).toMatchObject({ event: "mail.failed", level: "error" });
    expect(JSON.stringify(said.mock.calls)).not.toMatch(/a-token|a-key|ada@/);
  });
});
