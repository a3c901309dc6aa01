import { createExecutionContext, env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit } from "../../../drizzle/schema/index.ts";
import { suspendAccount, unsuspendAccount } from "../../../worker/accounts/index.ts";
import type { Me, NewTrigger } from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { cookieOfSignIn, database, sessionCookieIn } from "../database/direct.ts";
import { newAccount, newProject, nobody, type Project, type Run, withCookie } from "../stage/client.ts";

const anywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });
const sweepNow = () => runCron(env as unknown as Env, createExecutionContext(), Date.now());
const page = [{ op: "create", path: "index.html", content: "<!doctype html><title>Hello</title>Hello" }];

describe("a suspended account", () => {
  it("A suspended account is refused at sign-in, by session and by token with a code, until the suspension ends", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read", "runs:write"]);
    await program.expect(200, "/v1/projects");
    await suspendAccount(database, ada.email, "operator");
    const body = { email: ada.email, password: "correct horse" };
    const refused = await nobody.problem(403, "/v1/auth/sign-in/email", { body, headers: anywhere() });
    expect(refused).toMatchObject({ code: "account_suspended" });
    const withoutCopy = withCookie(sessionCookieIn(ada.cookie));
    for (const caller of [withoutCopy, program]) {
      for (const path of ["/v1/me", "/v1/projects"])
        expect(await caller.problem(403, path)).toMatchObject({ code: "account_suspended" });
      expect(await caller.problem(403, "/v1/projects", { body: { name: "No" } })).toMatchObject({
        code: "account_suspended",
      });
    }
    // A wrong password does not reveal the suspension.
    const wrong = { ...body, password: "wrong horse" };
    await nobody.problem(401, "/v1/auth/sign-in/email", { body: wrong, headers: anywhere() });
    await unsuspendAccount(database, ada.email, "operator");
    await withoutCopy.expect(200, "/v1/projects");
    await program.expect(200, "/v1/projects");
  });

  it("A suspended account starts no run, even from an isolate's cached caller and project", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const program = await ada.token(["runs:write", "runs:read"]);
    const run = { body: { prompt: '```script\n[{"text":"Hello."}]\n```' } };
    await ada.expect(202, `/v1/projects/${id}/runs`, run);
    await program.expect(202, `/v1/projects/${id}/runs`, run);
    await suspendAccount(database, ada.email, "operator");
    for (const caller of [ada, program]) {
      expect(await caller.problem(403, `/v1/projects/${id}/runs`, run)).toMatchObject({ code: "account_suspended" });
    }
  });

  it("A suspended account has its runs cancelled and its apps unpublished by the sweep", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations: page } });
    await ada.expect(200, `/v1/projects/${id}/publish`, { body: {} });
    const run = await ada.expect<Run>(202, `/v1/projects/${id}/runs`, {
      body: { prompt: '```script\n[{"tools":[{"name":"ask_user","input":{"question":"Which?"}}]}]\n```' },
    });
    await suspendAccount(database, ada.email, "operator");
    await sweepNow();
    await unsuspendAccount(database, ada.email, "operator");
    const again = withCookie(await cookieOfSignIn(ada.email));
    expect(await again.expect<Project>(200, `/v1/projects/${id}`)).toMatchObject({ visibility: "private" });
    await expect.poll(async () => (await again.expect<Run>(200, `/v1/runs/${run.id}`)).status).toBe("cancelled");
  });

  it("A suspended account returns with its webhooks and triggers, and the audit log names the operator of both changes", async () => {
    const ada = await newAccount();
    const { id: userId } = await ada.expect<Me>(200, "/v1/me");
    const { id } = await newProject(ada);
    const trigger = await ada.expect<NewTrigger>(201, `/v1/projects/${id}/triggers`, {
      body: { kind: "standard", prompt: "Hello" },
    });
    await suspendAccount(database, userId, "grace");
    await unsuspendAccount(database, userId, "grace");
    const again = withCookie(await cookieOfSignIn(ada.email));
    expect(await again.expect(200, `/v1/projects/${id}/triggers`)).toMatchObject({
      data: [{ id: trigger.id, enabled: true }],
    });
    const entries = await database.select().from(audit).where(eq(audit.userId, userId)).orderBy(audit.createdAt);
    const bySystem = entries.filter(({ actorKind }) => actorKind === "system");
    expect(bySystem.map(({ action, actorId }) => [action, actorId])).toEqual([
      ["account.suspended", "grace"],
      ["account.unsuspended", "grace"],
    ]);
  });

  it("A suspension of an unknown account is an error", async () => {
    await expect(suspendAccount(database, "nobody@example.com", "operator")).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
