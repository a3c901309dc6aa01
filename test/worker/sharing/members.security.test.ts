import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { user } from "../../../drizzle/schema/index.ts";
import { suspendAccount } from "../../../worker/accounts/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import {
  type AuditEntry,
  liveClose,
  type Page,
  type Preview,
  type Project,
  type Ticket,
} from "../../../worker/contract/index.ts";
import { sweepClosedAccounts } from "../../../worker/http/cron/close-accounts.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sessionOf } from "../../../worker/runs/session-client.ts";
import { database, databaseRequestsOf, onPlan } from "../database/direct.ts";
import { inTime, liveFeed, openPreview, stream, toEnd, withinMs } from "../runs/open-connections.ts";
import { rowsOf, script } from "../runs/start.ts";
import { type Account, newAccount, newProject, runToEnd } from "../stage/client.ts";
import { accept, idOf, invite, membersOf, share } from "./share.ts";

const bindings = env as unknown as Env;

async function sharedWith(role: "editor" | "viewer") {
  const [ada, bob] = await Promise.all([newAccount(), newAccount()]);
  const { id: projectId } = await newProject(ada, "Shop");
  await share(ada, projectId, bob, role);
  const bobId = await idOf(bob);
  const remove = (by: Account = ada) =>
    by.request(`/v1/projects/${projectId}/members/${bobId}`, { method: "DELETE" }).then(({ status }) => status);
  return { ada, bob, bobId, projectId, at: `/v1/projects/${projectId}`, remove };
}

describe("a member who is removed", () => {
  it("A removal closes the member's live feed and streams before it is answered, and nobody else's", async () => {
    const { ada, bob, projectId, remove } = await sharedWith("editor");
    const run = await stream(bob, projectId);
    const again = toEnd(await run.again(bob));
    const [feed, owners] = [await liveFeed(bob, projectId), await liveFeed(ada, projectId)];
    expect(await remove()).toBe(204);
    expect(await inTime(feed.closed)).toBe(liveClose.projectDeleted);
    expect(await inTime(run.ended)).toBeGreaterThan(0);
    expect(await inTime(again)).toBeGreaterThan(0);
    expect(owners.isOpen()).toBe(true);
    await ada.expect(200, `/v1/runs/${run.runId}/cancel`, { method: "POST" });
    owners.close();
  });

  it("A removed member finds neither the project nor its runs, not even by a ticket from before", async () => {
    const { ada, bob, at, projectId, remove } = await sharedWith("editor");
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    const body = { kind: "stream", runId: run.id };
    const { ticket } = await bob.expect<Ticket>(201, "/v1/tickets", { body });
    await bob.expect(200, `/v1/runs/${run.id}/events`);
    expect(await remove()).toBe(204);
    for (const path of [at, `${at}/files`, `/v1/runs/${run.id}`, `/v1/runs/${run.id}/events`]) {
      expect((await bob.problem(404, path)).code).toBe("not_found");
    }
    await bob.problem(404, `${at}/batches`, { body: { operations: [{ op: "write", path: "a.txt", content: "a" }] } });
    await bob.problem(404, `${at}/runs`, { body: { prompt: "Hello" } });
    await bob.problem(404, "/v1/tickets", { body });
    expect((await bob.request(`/v1/runs/${run.id}/stream?ticket=${ticket}`)).status).toBe(404);
  });

  it("A stream that was requested before the removal and arrives at the Session after it is refused", async () => {
    const { bob, bobId, projectId, remove } = await sharedWith("viewer");
    await bob.expect(200, `/v1/projects/${projectId}`);
    const asked = Date.now();
    expect(await remove()).toBe(204);
    const headers = { Upgrade: "websocket", "X-Caller": `${asked - 1} ${bobId} session:ses_1` };
    const late = await sessionOf(bindings, projectId).fetch("https://session/live?kind=user&id=x&name=x", { headers });
    expect(late.status).toBe(401);
  });

  it("A removal ends the member's visit of the preview within a second", async () => {
    const { bob, at, remove } = await sharedWith("editor");
    const operations = [{ op: "create", path: "index.html", content: "<h1>One</h1>" }];
    await bob.expect(201, `${at}/batches`, { body: { operations } });
    const { url } = await bob.expect<Preview>(201, `${at}/preview`, { body: {} });
    const unused = await bob.expect<Preview>(201, `${at}/preview`, { body: {} });
    const visit = await openPreview(url);
    expect(await visit()).toBe(200);
    expect(await remove()).toBe(204);
    await expect.poll(visit, { timeout: withinMs }).toBe(403);
    await expect.poll(await openPreview(unused.url), { timeout: withinMs }).toBe(403);
  });

  it("A removed member cannot return by a link that they may have kept", async () => {
    const { ada, bob, at, projectId, remove } = await sharedWith("viewer");
    const links = [
      await invite(ada, projectId, { role: "editor", reusable: true }),
      await invite(ada, projectId, { role: "viewer" }),
      await invite(ada, projectId, { role: "viewer", email: bob.email }),
    ];
    const eve = await newAccount();
    const evesOwn = await invite(ada, projectId, { role: "viewer", email: eve.email });
    expect(await remove()).toBe(204);
    for (const { token } of links) await bob.problem(404, `/v1/invitations/${token}/accept`, { method: "POST" });
    await bob.problem(404, at);
    expect(await accept(eve, evesOwn.token)).toMatchObject({ role: "viewer" });
  });

  it("An editor who becomes a viewer can no longer write, and no open link restores the role", async () => {
    const { ada, bob, bobId, at, projectId } = await sharedWith("editor");
    const { token } = await invite(ada, projectId, { role: "editor", reusable: true });
    await ada.expect(200, `${at}/members/${bobId}`, { method: "PATCH", body: { role: "viewer" } });
    await bob.problem(404, `/v1/invitations/${token}/accept`, { method: "POST" });
    const body = { operations: [{ op: "write", path: "a.txt", content: "a" }] };
    expect(await bob.problem(403, `${at}/batches`, { body })).toMatchObject({
      code: "insufficient_role",
      role: "editor",
      yours: "viewer",
    });
    expect(await bob.expect<Project>(200, at)).toMatchObject({ role: "viewer" });
  });
});

describe("leaving", () => {
  it("A member leaves by themselves, removes nobody else, and the owner cannot leave", async () => {
    const { ada, bob, at, projectId, remove } = await sharedWith("viewer");
    const eve = await newAccount();
    await share(ada, projectId, eve, "editor");
    expect((await eve.problem(403, `${at}/members/${await idOf(bob)}`, { method: "DELETE" })).code).toBe(
      "insufficient_role",
    );
    expect((await ada.problem(409, `${at}/members/${await idOf(ada)}`, { method: "DELETE" })).code).toBe("conflict");
    expect(await remove(bob)).toBe(204);
    expect(await remove(bob)).toBe(404);
    expect(await membersOf(eve, projectId)).toMatchObject([
      { role: "owner", email: null },
      { role: "editor", email: eve.email },
    ]);
  });

  it("Deleting a member's account leaves the shared project and its runs alone", async () => {
    const { ada, bob, bobId, at, projectId } = await sharedWith("editor");
    const { run } = await runToEnd(bob, projectId, { prompt: script({ text: "Hello." }) });
    await bob.expect(202, "/v1/me", { method: "DELETE" });
    await database
      .update(user)
      .set({ deletionDueAt: new Date(Date.now() - 1_000) })
      .where(eq(user.id, bobId));
    await sweepClosedAccounts(bindings, { config: configOf(bindings), database });
    expect(await database.select().from(user).where(eq(user.id, bobId))).toEqual([]);
    await ada.expect(200, at);
    const events = await ada.expect<{ data: unknown[] }>(200, `/v1/runs/${run.id}/events`);
    expect(events.data.length).toBeGreaterThan(3);
    expect(await membersOf(ada, projectId)).toHaveLength(1);
  });
});

describe("a stranger", () => {
  it("A stranger gets 404 for a membership of their own in another's project", async () => {
    const { at } = await sharedWith("viewer");
    const eve = await newAccount();
    const path = `${at}/members/${await idOf(eve)}`;
    await eve.problem(404, path, { method: "DELETE" });
    await eve.problem(404, path, { method: "PATCH", body: { role: "editor" } });
  });
});

describe("a member's credential", () => {
  it("Signing out closes the live feed of a project that others share", async () => {
    const { bob, projectId } = await sharedWith("viewer");
    const feed = await liveFeed(bob, projectId);
    await bob.expect(200, "/v1/auth/sign-out", { method: "POST" });
    expect(await inTime(feed.closed)).toBe(liveClose.signInAgain);
  });

  it("A member's API token has the member's role, within its scopes", async () => {
    const { bob, at } = await sharedWith("viewer");
    const program = await bob.token(["projects:read", "projects:write"]);
    await program.expect(200, `${at}/files`);
    const body = { operations: [{ op: "write", path: "a.txt", content: "a" }] };
    expect((await program.problem(403, `${at}/batches`, { body })).code).toBe("insufficient_role");
    expect((await program.problem(403, `${at}/runs`, { body: { prompt: "x" } })).code).toBe("insufficient_scope");
  });

  it("Members get 404 for the projects of a suspended owner", async () => {
    const { ada, bob, at } = await sharedWith("editor");
    await suspendAccount(database, ada.email, "operator");
    await bob.problem(404, at);
    await bob.problem(404, `${at}/runs`, { body: { prompt: "Hello" } });
    expect((await bob.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });
});

describe("the members of an owner who is suspended", () => {
  it("A suspension of the owner closes the members' live feeds and streams at once, and leaves those of other projects", async () => {
    const { ada, bob, at, projectId } = await sharedWith("editor");
    const { id: ownId } = await newProject(bob, "Own");
    const run = await stream(bob, projectId);
    const again = toEnd(await run.again(bob));
    const [feed, own] = [await liveFeed(bob, projectId), await liveFeed(bob, ownId)];
    await suspendAccount(database, ada.email, "operator");
    await sweepClosedAccounts(bindings, { config: configOf(env), database });
    expect(await inTime(feed.closed)).toBe(liveClose.projectDeleted);
    expect(await inTime(run.ended)).toBeGreaterThan(0);
    expect(await inTime(again)).toBeGreaterThan(0);
    expect(own.isOpen()).toBe(true);
    await bob.problem(404, `${at}/messages`);
    own.close();
  });

  it("A stream that was requested before the owner's suspension and arrives at the Session after it is refused", async () => {
    const { bob, projectId } = await sharedWith("viewer");
    const session = sessionOf(bindings, projectId);
    const caller = `${Date.now()} ${await idOf(bob)} session_any`;
    const ask = () =>
      session.fetch("http://session/live?kind=user&id=u&name=Bob&deltas=off", {
        headers: { Upgrade: "websocket", "X-Caller": caller },
      });
    const before = await ask();
    expect(before.status).toBe(101);
    before.webSocket?.accept();
    await session.closeEverybody();
    expect((await ask()).status).toBe(401);
  });
});

describe("what a member does", () => {
  it("An editor's run is paid by the owner, and counts against the editor's own runs a minute", async () => {
    const { ada, bob, projectId, at } = await sharedWith("editor");
    const onPro = await onPlan(bob, "pro");
    const answer = await onPro.request(`${at}/runs`, { body: { prompt: script({ text: "Hello." }) } });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("ratelimit-policy")).toContain("q=20");
    const [row] = await rowsOf(projectId);
    expect(row?.ownerId).toBe(await idOf(ada));
  });

  it("A member's revision has the member as its author", async () => {
    const { ada, bob, bobId, at } = await sharedWith("editor");
    const body = { operations: [{ op: "write", path: "a.txt", content: "a" }] };
    await bob.expect(201, `${at}/batches`, { body });
    const { data } = await ada.expect<Page<{ author: object }>>(200, `${at}/revisions`);
    expect(data[0]?.author).toMatchObject({ kind: "user", id: bobId });
  });

  it("The limit of a file is that of the owner's plan", async () => {
    const { bob, at } = await sharedWith("editor");
    const onEnterprise = await onPlan(bob, "enterprise");
    const body = { operations: [{ op: "write", path: "a.txt", content: "a".repeat(60_000) }] };
    expect(await onEnterprise.problem(413, `${at}/batches`, { body })).toMatchObject({ limit: 51_200 });
  });

  it("The owner's audit log records members' actions without their network address and browser", async () => {
    const { ada, bob, bobId, at } = await sharedWith("editor");
    const headers = { "CF-Connecting-IP": "192.0.2.77" };
    await bob.expect(200, at, { method: "PATCH", body: { name: "Renamed" }, headers });
    const { data } = await ada.expect<Page<AuditEntry>>(200, "/v1/audit");
    const actions = ["project.updated", "member.added"].map((wanted) => data.find(({ action }) => action === wanted));
    for (const entry of actions) {
      expect(entry).toMatchObject({ actor: { kind: "user", id: bobId }, address: null, userAgent: null });
    }
    const own = await bob.expect<Page<AuditEntry>>(200, "/v1/audit");
    expect(own.data.filter(({ action }) => action === "project.updated")).toEqual([]);
  });

  it("The agent router asks for a project's agents and a model only as an editor", async () => {
    const { ada, bob, projectId } = await sharedWith("viewer");
    const body = { prompt: "Fix the error", projectId };
    expect((await bob.problem(403, "/v1/agents/route", { body })).code).toBe("insufficient_role");
    await bob.expect(200, `/v1/agents?projectId=${projectId}`);
    await share(ada, projectId, bob, "editor");
    await bob.expect(200, "/v1/agents/route", { body });
  });
});

describe("the list of projects", () => {
  it("The list has own and shared projects in one order, page by page, and can be limited to either", async () => {
    const { ada, bob, projectId } = await sharedWith("viewer");
    const own = await newProject(bob, "Mine");
    const second = await newProject(ada, "Second");
    await share(ada, second.id, bob, "editor");
    const list = async (query: string) =>
      (await bob.expect<Page<Project>>(200, `/v1/projects${query}`)).data.map(({ id, role }) => [id, role]);
    const all = [
      [second.id, "editor"],
      [own.id, "owner"],
      [projectId, "viewer"],
    ];
    expect(await list("")).toEqual(all);
    expect(await list("?access=own")).toEqual([all[1]]);
    expect(await list("?access=shared")).toEqual([all[0], all[2]]);
    expect(await list("?q=sho")).toEqual([all[2]]);
    const first = await bob.expect<Page<Project>>(200, "/v1/projects?limit=2");
    const rest = await list(`?limit=2&cursor=${first.pagination.nextCursor}`);
    expect([...first.data.map(({ id, role }) => [id, role]), ...rest]).toEqual(all);
  });

  it("A member's project is never answered as unchanged, since its tag has no role", async () => {
    const { ada, bob, bobId, at } = await sharedWith("editor");
    const etag = (await bob.request(at)).headers.get("etag") ?? "";
    await ada.expect(200, `${at}/members/${bobId}`, { method: "PATCH", body: { role: "viewer" } });
    const again = await bob.request(at, { headers: { "If-None-Match": etag } });
    expect(again.status).toBe(200);
    expect((await ada.request(at, { headers: { "If-None-Match": etag } })).status).toBe(304);
  });
});

describe("the look-up of a role", () => {
  it("The role check costs an owner no request to the database, and a member one", async () => {
    const { ada, bob, at } = await sharedWith("viewer");
    await ada.expect(200, at);
    const [owners, members] = [await ada.request(`${at}/files`), await bob.request(`${at}/files`)];
    expect(databaseRequestsOf(members)).toBe(databaseRequestsOf(owners) + 1);
  });
});
