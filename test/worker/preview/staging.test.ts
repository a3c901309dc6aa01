import { createExecutionContext, env } from "cloudflare:test";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { stagedPublication } from "../../../drizzle/schema/index.ts";
import type {
  AuditEntry,
  DataRow,
  InvitedPerson,
  Me,
  Page,
  Person,
  PreviewLog,
  Published,
  PublishedVersion,
  StagedApp,
} from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newAdmin, newProject, type Project } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const visit = (url: string) => door.fetch(url, { redirect: "manual" });
const textAt = async (url: string): Promise<string> => (await visit(url)).text();
const statusAt = async (url: string): Promise<number> => {
  const answer = await visit(url);
  await answer.text();
  return answer.status;
};
const gone = (url: string) => expect.poll(() => statusAt(url), { timeout: 20_000 }).toBe(404);

async function withApp(ada?: Account) {
  const account = ada ?? (await newAccount());
  const { id } = await newProject(account);
  const at = `/v1/projects/${id}`;
  const staging = `${at}/publish/staging`;
  const write = (heading: string, more: Record<string, string> = {}) =>
    account.expect(201, `${at}/batches`, {
      body: {
        operations: Object.entries({ "index.html": `<!doctype html><h1>${heading}</h1>\n`, ...more }).map(
          ([path, content]) => ({ op: "write", path, content }),
        ),
      },
    });
  await write("One");
  const stage = (body: object = {}) => account.expect<Published>(200, staging, { body });
  const promote = (body: object = {}) => account.expect<Published>(200, `${staging}/promote`, { body });
  const shown = async () => (await account.expect<{ staged: StagedApp | null }>(200, staging)).staged;
  return { ada: account, id, at, staging, write, stage, promote, shown };
}

const userId = async (account: Account): Promise<string> => (await account.expect<Me>(200, "/v1/me")).id;

describe("POST /publish/staging", () => {
  it("POST /publish/staging shows the app at an unguessable address, and publishes nothing", async () => {
    const { ada, at, stage, shown } = await withApp();
    expect(await shown()).toBeNull();
    const { url, revision } = await stage();
    expect(url).toMatch(/^http:\/\/stg-[a-z2-7]{26}\.localhost:8788$/);
    expect(revision).toBe(1);
    expect(await textAt(url)).toContain("One");
    expect((await visit(url)).headers.get("X-Robots-Tag")).toBe("noindex");
    expect(await shown()).toEqual({ url, revision: 1, live: false, stagedAt: expect.any(String) });
    expect(await ada.expect<Project>(200, at)).toMatchObject({ visibility: "private", published: null });
  });

  it("POST /publish/staging keeps the address for the next revision, and accepts a named revision", async () => {
    const { write, stage, shown } = await withApp();
    const { url } = await stage();
    await write("Two");
    expect(await stage()).toEqual({ url, revision: 2 });
    expect(await textAt(url)).toContain("Two");
    expect(await stage({ revision: 1 })).toEqual({ url, revision: 1 });
    expect(await textAt(url)).toContain("One");
    expect(await shown()).toMatchObject({ url, revision: 1 });
  });

  it("POST /publish/staging is 422 with the diagnostics of a failed build, and 404 for an unknown revision", async () => {
    const { ada, staging, write, stage } = await withApp();
    const { url } = await stage();
    await write("Two", { "src/server.ts": "export default {" });
    const problem = await ada.problem(422, staging, { body: {} });
    expect(problem).toMatchObject({ code: "build_failed", diagnostics: [{ path: "src/server.ts" }] });
    await ada.problem(404, staging, { body: { revision: 9 } });
    await ada.problem(422, staging, { body: { revision: "1" } });
    expect(await textAt(url)).toContain("One");
  });
});

describe("POST /publish/staging/promote", () => {
  it("POST /publish/staging/promote makes the staged build public, which the versions list", async () => {
    const { ada, at, stage, promote, shown, write } = await withApp();
    const staged = await stage();
    await write("Two");
    const { url, revision } = await promote();
    expect(revision).toBe(1);
    expect(await textAt(url)).toBe(await textAt(staged.url));
    expect(await shown()).toMatchObject({ url: staged.url, live: true });
    const versions = `${at}/publish/versions`;
    expect((await ada.expect<Page<PublishedVersion>>(200, versions)).data).toMatchObject([{ revision: 1, live: true }]);
    await stage();
    expect(await shown()).toMatchObject({ revision: 2, live: false });
    expect(await textAt(url)).toContain("One");
    await promote({ revision: 2 });
    expect(await textAt(url)).toContain("Two");
    const [, first] = (await ada.expect<Page<PublishedVersion>>(200, versions)).data;
    await ada.expect(200, `${versions}/${first?.number}/restore`, { body: {} });
    expect(await textAt(url)).toContain("One");
    expect(await shown()).toMatchObject({ revision: 2, live: false });
  });

  it("POST /publish/staging/promote is 404 when nothing is staged, and 409 when another revision is", async () => {
    const { ada, staging, stage, at } = await withApp();
    await ada.problem(404, `${staging}/promote`, { body: {} });
    await stage();
    expect(await ada.problem(409, `${staging}/promote`, { body: { revision: 7 } })).toMatchObject({ code: "conflict" });
    expect(await ada.expect<Project>(200, at)).toMatchObject({ published: null });
  });

  it("POST /publish/staging/promote tells webhooks of both, and the audit log names each action", async () => {
    const { ada, id, staging, stage, promote } = await withApp();
    const events = ["preview.staged", "preview.published"];
    const body = { url: "http://127.0.0.1:9/hook", events, projectId: id };
    const hook = await ada.expect<{ id: string }>(201, "/v1/webhooks", { body });
    await stage();
    await promote();
    await ada.expect(204, staging, { method: "DELETE" });
    const { data } = await ada.expect<Page<{ type: string }>>(200, `/v1/webhooks/${hook.id}/deliveries?order=asc`);
    expect(data.map(({ type }) => type)).toEqual(events);
    const entries = await ada.expect<Page<AuditEntry>>(200, "/v1/audit?limit=100");
    const actions = entries.data.map(({ action }) => action).filter((action) => action.startsWith("staging."));
    expect(actions.sort()).toEqual(["staging.created", "staging.discarded", "staging.promoted"]);
  });
});

describe("DELETE /publish/staging", () => {
  it("DELETE /publish/staging ends the address permanently; the next staging has another address", async () => {
    const { ada, staging, stage, shown } = await withApp();
    const { url } = await stage();
    await ada.expect(204, staging, { method: "DELETE" });
    await ada.expect(204, staging, { method: "DELETE" });
    expect(await statusAt(url)).toBe(404);
    expect(await shown()).toBeNull();
    const again = await stage();
    expect(again.url).not.toBe(url);
    await gone(url);
  });
});

const SERVER = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch() {
    console.log("A visit of " + this.env.WHERE);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS visit (id INTEGER PRIMARY KEY, at TEXT)");
    this.ctx.storage.sql.exec("INSERT INTO visit (at) VALUES ('here')");
    await this.ctx.storage.setAlarm(Date.now() + 3_600_000);
    return new Response("counted");
  }
  async alarm() {}
}
export default { fetch: (request, env) => env.APP.get(env.APP.idFromName("app")).fetch(request) };
`;

describe("the owner's view of a staged app", () => {
  it("the owner reads the staged app's log, rows and schedules, which are neither the preview's nor the public ones", {
    timeout: 120_000,
  }, async () => {
    const { ada, at, write, stage } = await withApp();
    await write("Two", { "src/server.ts": SERVER });
    const { url } = await stage();
    expect(await textAt(`${url}/api/visit`)).toBe("counted");
    const logs = async (app: string) =>
      (await ada.expect<Page<PreviewLog>>(200, `${at}/preview/logs?app=${app}`)).data.map(({ message }) => message);
    await expect.poll(() => logs("staged")).toContain("A visit of undefined");
    expect(await logs("preview")).not.toContain("A visit of undefined");
    expect(await logs("published")).toEqual([]);
    const data = `${at}/data/staging`;
    const rows = (target: string) => ada.expect<Page<DataRow>>(200, `${at}/data/${target}/tables/visit/rows`);
    expect((await rows("staging")).data).toMatchObject([{ at: "here" }]);
    await ada.expect(201, `${data}/tables/visit/rows`, { body: { values: { at: "by the owner" } } });
    expect((await rows("staging")).data).toHaveLength(2);
    await ada.problem(404, `${at}/data/preview/tables/visit/rows`);
    await ada.problem(404, `${at}/data/public/tables/visit/rows`);
    const schedules = async (target: string) =>
      (await ada.expect<Page<{ id: string }>>(200, `${at}/schedules?target=${target}`)).data;
    const [alarm] = await schedules("staging");
    expect([await schedules("preview"), await schedules("public")]).toEqual([[], []]);
    const run = `${at}/schedules/${alarm?.id}/run`;
    expect(await ada.expect(200, run, { body: { target: "staging" } })).toMatchObject({ outcome: "ok", error: null });
    await ada.problem(404, run, { body: { target: "public" } });
  });

  it("the owner invites a person to the staged app alone, at its own address", async () => {
    const { ada, at, stage } = await withApp();
    const { url } = await stage();
    const people = `${at}/people/staging`;
    const invited = await ada.expect<InvitedPerson>(201, people, { body: { email: "grace@example.com" } });
    expect(new URL(invited.invitationUrl).origin).toBe(url);
    const emails = async (target: string) =>
      (await ada.expect<Page<Person>>(200, `${at}/people/${target}`)).data.map(({ email }) => email);
    expect(await emails("staging")).toEqual(["grace@example.com"]);
    expect([await emails("preview"), await emails("public")]).toEqual([[], []]);
    const person = `${people}/${invited.id}`;
    expect(await ada.expect(200, person, { method: "PATCH", body: { name: "Grace" } })).toMatchObject({
      name: "Grace",
    });
    await ada.expect(204, person, { method: "DELETE" });
    expect(await emails("staging")).toEqual([]);
  });

  it("Requests find and write nothing once nothing is staged", async () => {
    const { ada, at, staging, stage } = await withApp();
    await stage();
    const body = { email: "grace@example.com" };
    await ada.expect(201, `${at}/people/staging`, { body });
    await ada.expect(204, staging, { method: "DELETE" });
    const paths = [
      "preview/logs?app=staged",
      "data/staging/tables",
      "data/staging/export.sql",
      "schedules?target=staging",
    ];
    for (const path of [...paths, "people/staging"])
      expect((await ada.problem(404, `${at}/${path}`)).detail).toBe("Nothing is staged.");
    await ada.problem(404, `${at}/people/staging`, { body });
    await ada.problem(404, `${at}/data/staging/snapshots`, { body: {} });
    await ada.problem(404, `${at}/schedules/sch_MCA5ICogKiBNT04tRlJJ/run`, { body: { target: "staging" } });
    await stage();
    expect((await ada.expect<Page<Person>>(200, `${at}/people/staging`)).data).toEqual([]);
  });

  it("another account finds nothing of a staged app", async () => {
    const { at, stage } = await withApp();
    await stage();
    const eve = await newAccount();
    for (const path of ["preview/logs?app=staged", "data/staging/tables", "schedules?target=staging", "people/staging"])
      await eve.problem(404, `${at}/${path}`);
  });
});

describe("a staged app and others", () => {
  it("a staged app of another account can be neither seen, replaced, promoted nor discarded", async () => {
    const { staging, stage, shown } = await withApp();
    const { url } = await stage();
    const eve = await newAccount();
    await eve.problem(404, staging);
    await eve.problem(404, staging, { body: {} });
    await eve.problem(404, `${staging}/promote`, { body: {} });
    await eve.problem(404, staging, { method: "DELETE" });
    expect(await shown()).toMatchObject({ url, live: false });
    expect(await textAt(url)).toContain("One");
  });

  it("a staged app ends with its project", async () => {
    const { ada, at, stage } = await withApp();
    const { url } = await stage();
    await ada.expect(204, at, { method: "DELETE" });
    await gone(url);
  });

  it("a staged app goes offline when an operator takes the project's app down, also one that is not published", async () => {
    const admin = await newAdmin();
    for (const isPublished of [true, false]) {
      const { id, stage, promote, shown } = await withApp();
      const { url } = await stage();
      if (isPublished) await promote();
      await admin.expect(204, `/v1/admin/publications/${id}`, { method: "DELETE" });
      expect(await statusAt(url)).toBe(404);
      expect(await shown()).toBeNull();
      await admin.problem(404, `/v1/admin/publications/${id}`, { method: "DELETE" });
    }
  });

  it("a staged app goes offline when its account is suspended", async () => {
    const [admin, app] = [await newAdmin(), await withApp()];
    const { url } = await app.stage();
    const account = `/v1/admin/accounts/${await userId(app.ada)}`;
    await admin.expect(200, account, { method: "PATCH", body: { suspended: true } });
    await gone(url);
  });

  it("a staged app goes offline when its account is to be deleted", async () => {
    const { ada, stage } = await withApp();
    const { url } = await stage();
    await ada.expect(202, "/v1/me", { method: "DELETE", body: { password: "correct horse" } });
    await gone(url);
  });
});

it("The cron finishes a change of a staged app that a crash has left behind", async () => {
  const { id, stage } = await withApp();
  const { url } = await stage();
  const lost = { label: null, revision: null, number: sql`${stagedPublication.number} + 1`, dueAt: sql`now()` };
  await database.update(stagedPublication).set(lost).where(eq(stagedPublication.projectId, id));
  await runCron(env as unknown as Env, createExecutionContext(), Date.now());
  const [row] = await database.select().from(stagedPublication).where(eq(stagedPublication.projectId, id));
  expect(row).toMatchObject({ dueAt: null, number: 2 });
  await gone(url);
});
