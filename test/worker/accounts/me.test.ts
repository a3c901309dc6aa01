import { createExecutionContext, env } from "cloudflare:test";
import { and, eq } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { audit, project, session, spending, usage, user } from "../../../drizzle/schema/index.ts";
import { type AuditEntry, accountExport, type Me, type Message, type Session } from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { cookieOfSignIn, database, sessionCookieIn } from "../database/direct.ts";
import { share } from "../sharing/share.ts";
import { type Account, newAccount, newProject, nobody, type Page, runToEnd, withCookie } from "../stage/client.ts";

const idOf = async (account: Account): Promise<string> => (await account.expect<Me>(200, "/v1/me")).id;
const userOf = async (id: string) => (await database.select().from(user).where(eq(user.id, id)))[0];
const sweepNow = () => runCron(env as unknown as Env, createExecutionContext(), Date.now());

describe("sessions", () => {
  it("A person's sessions are listed with the current one marked, and can be read and ended", async () => {
    const ada = await newAccount();
    const other = withCookie(sessionCookieIn(await cookieOfSignIn(ada.email)));
    const { data } = await ada.expect<Page<Session>>(200, "/v1/me/sessions");
    expect(data.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    const second = data[0]?.id ?? "";
    expect(await ada.expect(200, `/v1/me/sessions/${second}`)).toEqual(data[0]);
    expect(JSON.stringify(data)).not.toContain("token");
    await ada.expect(204, `/v1/me/sessions/${second}`, { method: "DELETE" });
    await other.problem(401, "/v1/me");
    await ada.problem(404, `/v1/me/sessions/${second}`);
    await ada.problem(404, `/v1/me/sessions/${second}`, { method: "DELETE" });
    await ada.expect(200, "/v1/me");
  });

  it("A session of another account is a 404", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { data } = await ada.expect<Page<Session>>(200, "/v1/me/sessions");
    await eve.problem(404, `/v1/me/sessions/${data[0]?.id}`);
    await eve.problem(404, `/v1/me/sessions/${data[0]?.id}`, { method: "DELETE" });
    await withCookie(sessionCookieIn(ada.cookie)).expect(200, "/v1/me");
  });

  it("DELETE /v1/me/sessions ends all sessions except the caller's, and keeps tokens", async () => {
    const ada = await newAccount();
    const others = [await cookieOfSignIn(ada.email), await cookieOfSignIn(ada.email)];
    const program = await ada.token(["projects:read"]);
    const before = await userOf(await idOf(ada));
    await ada.expect(204, "/v1/me/sessions", { method: "DELETE" });
    for (const cookie of others) await withCookie(sessionCookieIn(cookie)).problem(401, "/v1/me");
    await ada.expect(200, "/v1/tokens");
    await program.expect(200, "/v1/projects");
    expect((await userOf(await idOf(ada)))?.accessEpoch).toBe((before?.accessEpoch ?? 0) + 1);
  });
});

describe("a change of the password with other access ended", () => {
  const change = { currentPassword: "correct horse", newPassword: "another horse", revokeOtherSessions: true };

  it("A change of the password can end tokens, and disables webhooks until the owner confirms them", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read"]);
    const { id } = await ada.expect<{ id: string }>(201, "/v1/webhooks", {
      body: { url: `${inject("receiverUrl")}/200/${crypto.randomUUID()}`, events: ["project.created"] },
    });
    const answer = await ada.request("/v1/auth/change-password", { body: change });
    expect(answer.status).toBe(200);
    const own = withCookie(
      answer.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; "),
    );
    await program.problem(401, "/v1/projects", { headers: { "CF-Connecting-IP": crypto.randomUUID() } });
    expect(await own.expect(200, `/v1/webhooks/${id}`)).toMatchObject({ enabled: false });
    expect(await own.expect(200, "/v1/me")).toMatchObject({ hooksToConfirm: 1 });
    expect(await own.expect(200, "/v1/me/hooks/enable", { method: "POST" })).toEqual({ webhooks: 1, triggers: 0 });
    expect(await own.expect(200, "/v1/me")).toMatchObject({ hooksToConfirm: 0 });
  });

  it("A change of the password keeps tokens and webhooks when the owner asks for it", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read"]);
    const answer = await ada.request("/v1/auth/change-password", { body: { ...change, keepTokens: true } });
    expect(answer.status).toBe(200);
    await program.expect(200, "/v1/projects");
    await withCookie(sessionCookieIn(ada.cookie)).problem(401, "/v1/me");
  });
});

describe("failed sign-ins", () => {
  it("The audit log shows a failed sign-in to its owner, with the client's address and user agent", async () => {
    const ada = await newAccount();
    const headers = { "CF-Connecting-IP": "198.51.100.7", "User-Agent": "curl/8.5" };
    const body = { email: ada.email.toUpperCase(), password: "wrong horse" };
    await nobody.problem(401, "/v1/auth/sign-in/email", { body, headers });
    const entries = async () => (await ada.expect<Page<AuditEntry>>(200, "/v1/audit")).data;
    await expect
      .poll(entries)
      .toContainEqual(
        expect.objectContaining({ action: "session.refused", address: "198.51.100.7", userAgent: "curl/8.5" }),
      );
    await nobody.expect(200, "/v1/auth/sign-in/email", { body: { ...body, password: "correct horse" }, headers });
    expect((await entries())[0]).toMatchObject({ action: "session.created", address: "198.51.100.7" });
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { name: "Ada L." }, headers });
    expect((await entries())[0]).toMatchObject({ action: "account.updated", userAgent: "curl/8.5" });
  });
});

describe("the export of an account", () => {
  it("The export of an account is one document of all its data, valid against the schema and without secrets", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada, "Mine");
    await newProject(ada, "Empty");
    await ada.token(["projects:read"]);
    await ada.expect(201, `/v1/projects/${id}/batches`, {
      body: { operations: [{ op: "create", path: "a.txt", content: "a" }] },
    });
    await runToEnd(ada, id, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    const set = (path: string, value: string) =>
      ada.expect(200, `/v1/projects/${id}/${path}`, { method: "PUT", body: { value } });
    await set("variables/SHOP", "Tea");
    await set("secrets/STRIPE_KEY", "sk_live_of_the_export");
    await ada.expect(201, `/v1/projects/${id}/grants`, { body: { host: "api.stripe.com" } });
    const bob = await newAccount();
    await share(ada, id, bob, "editor");
    const { data: messages } = await bob.expect<Page<Message>>(200, `/v1/projects/${id}/messages`);
    const comments = `/v1/projects/${id}/messages/${messages[0]?.id}/comments`;
    await bob.expect(201, comments, { body: { text: "Well said." } });
    const { id: shared } = await newProject(bob, "Bob's");
    await share(bob, shared, ada, "viewer");
    const answer = await ada.request("/v1/me/export");
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    const text = await answer.text();
    const document = accountExport.parse(JSON.parse(text));
    expect(document).toEqual(JSON.parse(text));
    expect(document.account.email).toBe(ada.email);
    expect(document.projects.map(({ project }) => project.name)).toEqual(["Empty", "Mine"]);
    expect(document.projects[1]?.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(document.projects[1]?.runs).toHaveLength(1);
    expect(document.projects[1]?.revisions).toHaveLength(1);
    expect(document.projects[1]?.variables).toMatchObject([{ name: "SHOP", value: "Tea", target: "both" }]);
    expect(document.projects[1]?.secrets).toMatchObject([{ name: "STRIPE_KEY", target: "both", version: 1 }]);
    expect(document.projects[1]?.grants).toMatchObject([{ host: "api.stripe.com" }]);
    expect(document.projects[1]?.members).toMatchObject([{ role: "owner" }, { role: "editor", email: bob.email }]);
    expect(document.projects[1]?.comments).toMatchObject([{ text: "Well said." }]);
    expect(document.sharedProjects).toMatchObject([{ id: shared, role: "viewer" }]);
    expect(text).not.toContain("sk_live_of_the_export");
    const sessions = await database
      .select()
      .from(session)
      .where(eq(session.userId, await idOf(ada)));
    for (const { token } of sessions) expect(text).not.toContain(token);
  });
});

describe("DELETE /v1/me", () => {
  it("DELETE /v1/me ends all access at once, and keeps the account for 14 days", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read"]);
    const { id } = await newProject(ada);
    const { deletionDueAt } = await ada.expect<{ deletionDueAt: string }>(202, "/v1/me", { method: "DELETE" });
    expect(Date.parse(deletionDueAt) - Date.now()).toBeGreaterThan(13.9 * 86_400_000);
    await ada.problem(401, "/v1/tokens");
    await program.problem(401, "/v1/projects", { headers: { "CF-Connecting-IP": crypto.randomUUID() } });
    await sweepNow();
    const again = withCookie(await cookieOfSignIn(ada.email));
    expect(await again.expect(200, "/v1/me")).toMatchObject({ deletionDueAt });
    for (const [path, body] of [
      [`/v1/projects/${id}/runs`, { prompt: "Hello" }],
      ["/v1/tokens", { name: "t", scopes: ["projects:read"] }],
      ["/v1/me/hooks/enable", {}],
    ] as const) {
      expect(await again.problem(403, path, { body })).toMatchObject({ code: "deletion_pending" });
    }
    expect(await again.expect(200, "/v1/me/restore", { method: "POST" })).toMatchObject({ deletionDueAt: null });
    await again.expect(200, `/v1/projects/${id}`);
    await again.expect(201, "/v1/tokens", { body: { name: "t", scopes: ["projects:read"] } });
  });

  it("The sweep deletes an account after 14 days, except for spending and the audit log without addresses", async () => {
    const ada = await newAccount();
    const userId = await idOf(ada);
    const { id } = await newProject(ada);
    await newProject(ada, "Second");
    await runToEnd(ada, id, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    const kept = async () => ({
      usage: await database.select().from(usage).where(eq(usage.ownerId, userId)),
      spent: (await database.select().from(spending).where(eq(spending.ownerId, userId))).map(({ spent }) => spent),
    });
    const before = await kept();
    expect(before.usage.length).toBeGreaterThan(0);
    await ada.expect(202, "/v1/me", { method: "DELETE" });
    await database
      .update(user)
      .set({ deletionDueAt: new Date(Date.now() - 1_000) })
      .where(eq(user.id, userId));
    await sweepNow();
    expect(await userOf(userId)).toBeUndefined();
    expect(await database.select().from(project).where(eq(project.ownerId, userId))).toEqual([]);
    expect(await database.select().from(session).where(eq(session.userId, userId))).toEqual([]);
    expect(await kept()).toEqual(before);
    const entries = await database.select().from(audit).where(eq(audit.userId, userId));
    expect(entries.map(({ action }) => action)).toContain("account.deleted");
    expect(entries.every(({ address, userAgent }) => address === null && userAgent === null)).toBe(true);
    await expect(cookieOfSignIn(ada.email)).rejects.toThrow("401");
    // The address can sign up again.
    const body = { name: "Ada", email: ada.email, password: "correct horse" };
    await nobody.expect(200, "/v1/auth/sign-up/email", { body, headers: { "CF-Connecting-IP": crypto.randomUUID() } });
  });

  it("DELETE /v1/me refuses a token", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read", "projects:write", "usage:read"]);
    await program.problem(403, "/v1/me", { method: "DELETE" });
    expect((await userOf(await idOf(ada)))?.deletionDueAt).toBeNull();
  });

  it("The sweep keeps an account during its grace period", async () => {
    const ada = await newAccount();
    const userId = await idOf(ada);
    await newProject(ada);
    await ada.expect(202, "/v1/me", { method: "DELETE" });
    await sweepNow();
    const rows = await database
      .select()
      .from(project)
      .where(and(eq(project.ownerId, userId)));
    expect(rows).toHaveLength(1);
  });
});
