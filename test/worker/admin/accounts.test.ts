import { createExecutionContext, env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type {
  AdminAccount,
  AdminPublication,
  AuditEntry,
  Me,
  Page,
  Published,
} from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { type Account, newAccount, newAdmin, newProject, nobody, type Project } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

const idOf = async (account: Account): Promise<string> => (await account.expect<Me>(200, "/v1/me")).id;
const change = (admin: Account, id: string, body: unknown) =>
  admin.expect<AdminAccount>(200, `/v1/admin/accounts/${id}`, { method: "PATCH", body });

/** Publishes an app of an account. */
async function published(ada: Account): Promise<{ id: string; url: string }> {
  const { id } = await newProject(ada);
  const operations = [{ op: "create", path: "index.html", content: "<!doctype html><h1>One</h1>" }];
  await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
  const { url } = await ada.expect<Published>(200, `/v1/projects/${id}/publish`, { method: "POST" });
  return { id, url };
}

describe("accounts", () => {
  it("An owner of the platform finds an account by a part of its address, literally, and by its id", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const id = await idOf(ada);
    for (const q of [ada.email.slice(0, 30), ada.email.slice(4).toUpperCase(), id]) {
      const { data } = await admin.expect<Page<AdminAccount>>(200, `/v1/admin/accounts?q=${encodeURIComponent(q)}`);
      expect(data).toMatchObject([{ id, email: ada.email, plan: "free", suspended: false, projects: 0 }]);
    }
    expect((await admin.expect<Page<AdminAccount>>(200, "/v1/admin/accounts?q=%25_%25")).data).toEqual([]);
  });

  it("An owner of the platform sees how many projects and published apps each account has", async () => {
    const [admin, ada, other] = [await newAdmin(), await newAccount(), await newAccount()];
    await newProject(ada);
    await published(ada);
    await newProject(other);
    const shown = async ({ email }: Account) =>
      (await admin.expect<Page<AdminAccount>>(200, `/v1/admin/accounts?q=${email}`)).data;
    expect(await shown(ada)).toMatchObject([{ projects: 2, publications: 1 }]);
    expect(await shown(other)).toMatchObject([{ projects: 1, publications: 0 }]);
  });

  it("An owner of the platform changes an account's plan, which the account sees and both audit logs show", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const id = await idOf(ada);
    expect(await change(admin, id, { plan: "pro" })).toMatchObject({ id, plan: "pro" });
    await expect.poll(async () => (await ada.expect<Me>(200, "/v1/me")).plan, { timeout: 8_000 }).toBe("pro");
    const { data } = await admin.expect<Page<AuditEntry>>(200, "/v1/audit?limit=100");
    expect(data.filter(({ subject }) => subject === id).map(({ action }) => action)).toEqual(["admin.account_updated"]);
  });

  it("A suspended account is refused everywhere with its app offline, and returns when the suspension ends", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const id = await idOf(ada);
    const program = await ada.token(["projects:read"]);
    const app = await published(ada);
    expect((await door.fetch(app.url)).status).toBe(200);
    expect(await change(admin, id, { suspended: true })).toMatchObject({ suspended: true });
    expect(await program.problem(403, "/v1/projects")).toMatchObject({ code: "account_suspended" });
    const signIn = { email: ada.email, password: "correct horse" };
    const anywhere = { "CF-Connecting-IP": crypto.randomUUID() };
    await nobody.problem(403, "/v1/auth/sign-in/email", { body: signIn, headers: anywhere });
    await expect.poll(async () => (await door.fetch(app.url)).status, { timeout: 10_000 }).toBe(404);
    expect(await change(admin, id, { suspended: false })).toMatchObject({ suspended: false });
    await program.expect(200, "/v1/projects");
  });

  it("An owner of the platform cannot suspend the own account", async () => {
    const admin = await newAdmin();
    const body = { suspended: true };
    await admin.problem(409, `/v1/admin/accounts/${await idOf(admin)}`, { method: "PATCH", body });
    await admin.expect(200, "/v1/me");
  });

  it("Signing an account out everywhere ends its sessions and tokens", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const program = await ada.token(["projects:read"]);
    await admin.expect(204, `/v1/admin/accounts/${await idOf(ada)}/sign-out`, { method: "POST" });
    await program.problem(401, "/v1/projects");
    await expect.poll(async () => (await ada.request("/v1/me")).status, { timeout: 8_000 }).toBe(401);
  });

  it("An account is deleted with its projects and apps once its address is typed, and cannot come back", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const id = await idOf(ada);
    const app = await published(ada);
    const path = `/v1/admin/accounts/${id}/delete`;
    expect(await admin.problem(422, path, { body: { email: "another@example.com" } })).toMatchObject({
      errors: [{ pointer: "/email", code: "not_the_address" }],
    });
    await ada.expect(200, `/v1/projects/${app.id}`);
    const body = { email: ada.email.toUpperCase() };
    expect(await admin.expect<AdminAccount>(202, path, { body })).toMatchObject({ id, suspended: true });
    const signIn = { email: ada.email, password: "correct horse" };
    const anywhere = { "CF-Connecting-IP": crypto.randomUUID() };
    expect((await nobody.request("/v1/auth/sign-in/email", { body: signIn, headers: anywhere })).status).not.toBe(200);
    const cron = async () => {
      await runCron(env as unknown as Env, createExecutionContext(), Date.now());
      return (await admin.expect<Page<AdminAccount>>(200, `/v1/admin/accounts?q=${id}`)).data;
    };
    await expect.poll(cron, { timeout: 25_000, interval: 500 }).toEqual([]);
    expect((await door.fetch(app.url)).status).toBe(404);
    await admin.problem(404, path, { body });
    const { data } = await admin.expect<Page<AuditEntry>>(200, "/v1/audit?limit=100");
    expect(data.filter(({ subject }) => subject === id).map(({ action }) => action)).toEqual(["admin.account_deleted"]);
  });

  it("An owner of the platform cannot delete the own account in the administration", async () => {
    const admin = await newAdmin();
    await admin.problem(409, `/v1/admin/accounts/${await idOf(admin)}/delete`, { body: { email: admin.email } });
  });

  it.each([
    ["an unknown field", { admin: true }],
    ["an unknown plan", { plan: "gold" }],
  ])("A change of an account with %s is refused", async (_, body) => {
    const admin = await newAdmin();
    await admin.problem(422, "/v1/admin/accounts/usr_0", { method: "PATCH", body });
  });
});

describe("published apps", () => {
  it("An owner of the platform takes down a published app, and both audit logs name the owner", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const app = await published(ada);
    const list = () => admin.expect<Page<AdminPublication>>(200, "/v1/admin/publications?limit=100");
    expect((await list()).data).toContainEqual(expect.objectContaining({ projectId: app.id, email: ada.email }));
    await admin.expect(204, `/v1/admin/publications/${app.id}`, { method: "DELETE" });
    expect((await door.fetch(app.url)).status).toBe(404);
    expect((await ada.expect<Project>(200, `/v1/projects/${app.id}`)).visibility).toBe("private");
    expect((await list()).data.map(({ projectId }) => projectId)).not.toContain(app.id);
    await admin.problem(404, `/v1/admin/publications/${app.id}`, { method: "DELETE" });
    const actions = async (of: Account) => {
      const { data } = await of.expect<Page<AuditEntry>>(200, "/v1/audit?limit=100");
      return data.filter(({ subject }) => subject === app.id).map(({ action, actor }) => `${actor.kind} ${action}`);
    };
    expect(await actions(admin)).toEqual(["user admin.publication_removed"]);
    expect(await actions(ada)).toContain("system project.unpublished");
  });
});
