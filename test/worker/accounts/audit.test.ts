import { describe, expect, it } from "vitest";
import type { AuditEntry, Me, NewApiToken } from "../../../worker/contract/index.ts";
import { cookieOfSignIn } from "../database/direct.ts";
import { type Account, newAccount, newProject, type Page, withToken } from "../stage/client.ts";

const auditOf = async (account: Account) => (await account.expect<Page<AuditEntry>>(200, "/v1/audit")).data;
const done = (entries: AuditEntry[]) => entries.map(({ action, subject }) => [action, subject]);

describe("the audit log", () => {
  it("The audit log names actor and action, newest first", async () => {
    const ada = await newAccount();
    const me = await ada.expect<Me>(200, "/v1/me");
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", {
      body: { name: "t", scopes: ["projects:write"] },
    });
    const project = await newProject(withToken(made.token));
    await ada.expect(204, `/v1/tokens/${made.id}`, { method: "DELETE" });
    const entries = await auditOf(ada);
    expect(done(entries)).toEqual([
      ["token.revoked", made.id],
      ["project.created", project.id],
      ["token.created", made.id],
      ["session.created", me.id],
    ]);
    expect(entries.map(({ actor }) => actor)).toEqual([
      { kind: "user", id: me.id },
      { kind: "token", id: made.id },
      { kind: "user", id: me.id },
      { kind: "user", id: me.id },
    ]);
  });

  it("The audit log names the project of an unnamed resource when it is created and when it is deleted", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const invitation = await ada.expect<{ id: string }>(201, `/v1/projects/${id}/invitations`, {
      body: { role: "viewer" },
    });
    const grant = await ada.expect<{ id: string }>(201, `/v1/projects/${id}/grants`, {
      body: { host: "api.example.com" },
    });
    await ada.expect(204, `/v1/projects/${id}/grants/${grant.id}`, { method: "DELETE" });
    expect(done(await auditOf(ada)).slice(0, 3)).toEqual([
      ["grant.deleted", `${id}/${grant.id}`],
      ["grant.created", `${id}/${grant.id}`],
      ["invitation.created", `${id}/${invitation.id}`],
    ]);
  });

  it("The audit log records a repeated request once, and no refused request", async () => {
    const ada = await newAccount();
    const once = { body: { name: "Once" }, headers: { "Idempotency-Key": "k" } };
    for (let n = 0; n < 3; n += 1) await ada.expect(201, "/v1/projects", once);
    await ada.problem(422, "/v1/projects", { body: { name: "" } });
    await ada.problem(404, "/v1/projects/prj_none", { method: "DELETE" });
    expect(done(await auditOf(ada)).map(([action]) => action)).toEqual(["project.created", "session.created"]);
  });

  it("The audit log has every sign-in, and a change of the password", async () => {
    const ada = await newAccount();
    await cookieOfSignIn(ada.email);
    await ada.expect(200, "/v1/auth/change-password", {
      body: { currentPassword: "correct horse", newPassword: "another horse" },
    });
    const actions = (await auditOf(ada)).map(({ action }) => action);
    expect(actions).toEqual(["password.changed", "session.created", "session.created"]);
  });

  it("The audit log contains the account's own records, page by page", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    for (const name of ["One", "Two", "Three"]) await newProject(ada, name);
    const first = await ada.expect<Page<AuditEntry>>(200, "/v1/audit?limit=3");
    const next = `/v1/audit?limit=3&cursor=${first.pagination.nextCursor}`;
    const last = await ada.expect<Page<AuditEntry>>(200, next);
    expect([...first.data, ...last.data]).toEqual(await auditOf(ada));
    expect(last.pagination.hasMore).toBe(false);
    expect(done(await auditOf(eve)).map(([action]) => action)).toEqual(["session.created"]);
  });
});
