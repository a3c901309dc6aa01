import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { accountStorage, event, project, user } from "../../../drizzle/schema/index.ts";
import { plans } from "../../../worker/billing/index.ts";
import type {
  AuditEntry,
  FileContent,
  FileEntry,
  Me,
  Message,
  Page,
  Project,
  ProjectDetail,
  PublishedApp,
  Revision,
  Secret,
  Variable,
} from "../../../worker/contract/index.ts";
import { copyPublication, findCopyable } from "../../../worker/projects/index.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newAdmin, newProject } from "../stage/client.ts";

type Entry = { path: string; content: string };

const page = (heading: string): Entry => ({ path: "index.html", content: `<!doctype html><h1>${heading}</h1>\n` });

/** Ada's published app, which others may copy, and Eve, who is a stranger. */
async function withApp({ allowed = true } = {}) {
  const [ada, eve] = await Promise.all([newAccount(), newAccount()]);
  const { id } = await newProject(ada, "Bakery");
  const at = `/v1/projects/${id}`;
  const write = (...files: Entry[]) =>
    ada.expect(201, `${at}/batches`, { body: { operations: files.map((file) => ({ op: "write", ...file })) } });
  const allow = (isAllowed: boolean) =>
    ada.expect(200, `${at}/publish/copying`, { method: "PUT", body: { allowed: isAllowed } });
  await write(page("Bread"), { path: "src/kept.ts", content: "export const kept = 1;\n" });
  const publish = async () => (await ada.expect<{ url: string }>(200, `${at}/publish`, { body: {} })).url;
  const url = await publish();
  if (allowed) await allow(true);
  return { ada, eve, id, at, url, app: addressOf(url), write, publish, allow };
}

const addressOf = (url: string) => `/v1/published/${encodeURIComponent(new URL(url).host)}`;

const copy = (account: Account, app: string, body: { name?: string } = {}) =>
  account.expect<Project>(201, `${app}/copy`, { body });

const filesOf = async (account: Account, projectId: string): Promise<Record<string, string>> => {
  const { data } = await account.expect<{ data: FileEntry[] }>(200, `/v1/projects/${projectId}/files`);
  const contents = data.map(({ path }) =>
    account.expect<FileContent>(200, `/v1/projects/${projectId}/files/${path}`).then(({ content }) => [path, content]),
  );
  return Object.fromEntries(await Promise.all(contents));
};

const auditOf = async (account: Account) => (await account.expect<Page<AuditEntry>>(200, "/v1/audit")).data;

describe("a copy of a published app", () => {
  it("A signed-in stranger makes a project of their own from the files that the app is published with", async () => {
    const { ada, eve, id, app, url, write } = await withApp();
    await write(page("A draft that nobody has published"), { path: "draft.txt", content: "Not yet." });
    expect(await eve.expect<PublishedApp>(200, app)).toEqual({
      host: new URL(url).host,
      name: "Bakery",
      url,
      revision: 1,
    });
    const answer = await eve.request(`${app}/copy`, { body: { name: "My bakery" } });
    expect(answer.status).toBe(201);
    const copied = await answer.json<Project>();
    expect(copied).toMatchObject({ name: "My bakery", description: "", head: 1, role: "owner", published: null });
    expect(answer.headers.get("location")).toBe(`/v1/projects/${copied.id}`);
    expect(await filesOf(eve, copied.id)).toEqual({
      "index.html": page("Bread").content,
      "src/kept.ts": "export const kept = 1;\n",
    });
    await eve.problem(404, `/v1/projects/${id}`);
    await ada.problem(404, `/v1/projects/${copied.id}`);
  });

  it("A copy has the app's name by default, and the app can be named by its own address or its chosen name", async () => {
    const { ada, eve, at, app } = await withApp();
    const name = `bakery-${crypto.randomUUID().slice(0, 8)}`;
    await ada.expect(200, `${at}/publish/name`, { method: "PUT", body: { name } });
    const named = addressOf(`http://${name.toUpperCase()}.localhost:8788`);
    expect((await copy(eve, app)).name).toBe("Bakery");
    expect((await eve.expect<Project>(201, `${named}/copy`, { method: "POST" })).name).toBe("Bakery");
  });

  it("A copy has no history, conversation, variables, secrets, grants, members, comments or report of an import", async () => {
    const { ada, eve, id, at, app, write, publish } = await withApp();
    await write(page("Cake"));
    await publish();
    await ada.expect(200, `${at}/variables/SHOP`, { method: "PUT", body: { value: "The price list of the owner" } });
    await ada.expect(200, `${at}/secrets/API_KEY`, { method: "PUT", body: { value: "a secret value" } });
    await ada.expect(201, `${at}/grants`, { body: { host: "api.example.com" } });
    await ada.expect(200, at, { method: "PATCH", body: { description: "Notes for me alone" } });
    await ada.expect(201, `${at}/invitations`, { body: { role: "viewer" } });
    const copied = await copy(eve, app);
    const own = `/v1/projects/${copied.id}`;
    const listed = async <T>(below: string) => (await eve.expect<Page<T>>(200, `${own}/${below}`)).data;
    expect((await listed<Revision>("revisions")).map(({ number, message }) => [number, message])).toEqual([
      [1, "Copy of Bakery"],
    ]);
    expect(await listed<Message>("messages")).toEqual([]);
    expect(await listed<Variable>("variables")).toEqual([]);
    expect(await listed<Secret>("secrets")).toEqual([]);
    expect(await listed("grants")).toEqual([]);
    expect(await listed("invitations")).toEqual([]);
    expect(await listed("members")).toHaveLength(1);
    const detail = await eve.expect<ProjectDetail>(200, own);
    expect(detail.import).toBeUndefined();
    expect(JSON.stringify([detail, await filesOf(eve, copied.id)])).not.toMatch(/Bread|price list|secret|Notes/);
    expect(JSON.stringify(detail)).not.toContain(id);
  });

  it("A copy keeps its contents when the app's project is deleted, and reads none that the app gets later", async () => {
    const { ada, eve, at, app, write } = await withApp();
    const copied = await copy(eve, app);
    await write({ path: "later.txt", content: "Added after the copy" });
    const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
    const later = data.find(({ path }) => path === "later.txt");
    expect(later?.sha256).toBeTruthy();
    await eve.problem(404, `/v1/projects/${copied.id}/blobs/${later?.sha256}`);
    await ada.expect(204, at, { method: "DELETE" });
    expect((await filesOf(eve, copied.id))["index.html"]).toBe(page("Bread").content);
  });

  it("A repeated request with the same Idempotency-Key creates one copy", async () => {
    const { eve, app } = await withApp();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const [one, two] = [
      await eve.expect<Project>(201, `${app}/copy`, { body: {}, headers }),
      await eve.expect<Project>(201, `${app}/copy`, { body: {}, headers }),
    ];
    expect(two.id).toBe(one.id);
    expect((await eve.expect<Page<Project>>(200, "/v1/projects")).data).toHaveLength(1);
  });

  it("Both accounts get an event of a copy: the owner's without the copier's address, the copier's without the source project", async () => {
    const { ada, eve, id, app } = await withApp();
    const copied = await eve.request(`${app}/copy`, { body: {}, headers: { "CF-Connecting-IP": "203.0.113.77" } });
    const { id: copiedId } = await copied.json<Project>();
    const [theirs] = (await auditOf(ada)).filter(({ action }) => action === "publication.copied");
    expect(theirs).toMatchObject({ subject: id, address: null });
    const [own] = (await auditOf(eve)).filter(({ action }) => action === "project.copied");
    expect(own).toMatchObject({ subject: copiedId, address: "203.0.113.77" });
    const events = (projectId: string) =>
      database.select({ type: event.type, data: event.data }).from(event).where(eq(event.projectId, projectId));
    expect(await events(id)).toContainEqual({ type: "publication.copied", data: { projectId: id, revision: 1 } });
    expect(await events(copiedId)).toEqual([
      { type: "project.created", data: { projectId: copiedId, name: "Bakery" } },
    ]);
  });
});

describe("an app that nobody may copy", () => {
  type App = Awaited<ReturnType<typeof withApp>>;
  const forbidden: [string, (app: App) => Promise<unknown>][] = [
    ["its owner has not allowed it", ({ allow }) => allow(false)],
    ["it is not published any more", ({ ada, at }) => ada.expect(204, `${at}/publish`, { method: "DELETE" })],
    [
      "an operator has taken it down",
      async ({ id }) => (await newAdmin()).expect(204, `/v1/admin/publications/${id}`, { method: "DELETE" }),
    ],
    [
      "only invited people may use it",
      ({ ada, at }) => ada.expect(200, `${at}/publish/access`, { method: "PUT", body: { access: "invited" } }),
    ],
    [
      "its owner's account is suspended",
      ({ ada }) => database.update(user).set({ suspendedAt: new Date() }).where(eq(user.email, ada.email)),
    ],
    [
      "its owner's account is about to be deleted",
      ({ ada }) => database.update(user).set({ deletionDueAt: new Date() }).where(eq(user.email, ada.email)),
    ],
    ["its project is deleted", ({ ada, at }) => ada.expect(204, at, { method: "DELETE" })],
  ];

  it.each(forbidden)("An app is not found, and not copied, when %s", async (_, forbid) => {
    const app = await withApp();
    await app.eve.expect(200, app.app);
    await forbid(app);
    expect((await app.eve.problem(404, app.app)).detail).toContain("can be copied");
    await app.eve.problem(404, `${app.app}/copy`, { body: {} });
    expect((await app.eve.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  it("A new app cannot be copied until its owner allows copies, which only its owner can do", async () => {
    const { ada, eve, at, app, allow } = await withApp({ allowed: false });
    expect(await ada.expect(200, `${at}/publish/copying`)).toEqual({ allowed: false });
    await eve.problem(404, `${app}/copy`, { body: {} });
    await eve.problem(404, `${at}/publish/copying`, { method: "PUT", body: { allowed: true } });
    await eve.problem(404, app);
    expect(await allow(true)).toEqual({ allowed: true });
    await eve.expect(200, app);
  });

  it.each([
    "localhost:8787",
    "prj-0.localhost:8788",
    "app-.localhost:8788",
    "www.localhost:8788",
    "example.com",
    "%00",
  ])("A host that is no app's is not found: %s", async (host) => {
    const eve = await newAccount();
    await eve.problem(404, `/v1/published/${encodeURIComponent(host)}`);
  });
});

describe("an app that changes while it is copied", () => {
  it.each([
    ["its owner forbids copies", { isCopyable: false }],
    ["its owner unpublishes it", { visibility: "private" as const }],
    ["another version is published", { publishedRevision: 2 }],
  ])("A copy is a conflict when %s after the app was found, and creates nothing", async (_, change) => {
    const { eve, id } = await withApp();
    const source = await findCopyable(database, id);
    if (source === null) throw new Error("The app can be copied until now.");
    await database.update(project).set(change).where(eq(project.id, id));
    const { id: ownerId } = await eve.expect<Me>(200, "/v1/me");
    const actor = { ownerId, plan: "free", kind: "user", id: ownerId, name: "Eve" };
    const context = { database, actor } as unknown as Parameters<typeof copyPublication>[0];
    await expect(copyPublication(context, { source, name: "Mine" })).rejects.toMatchObject({ code: "conflict" });
    expect((await eve.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });
});

describe("the limits of an account that copies", () => {
  it("A copy is refused when one of its files exceeds the limit of the copier's plan, with the file's path", async () => {
    const { ada, eve, at, app, publish } = await withApp();
    await database.update(user).set({ plan: "enterprise" }).where(eq(user.email, ada.email));
    // A token reads the new plan; the session's cookie still has the one before.
    const program = await ada.token(["projects:write"]);
    const large = { op: "write", path: "src/large.ts", content: `// ${"x".repeat(60_000)}\n` };
    await program.expect(201, `${at}/batches`, { body: { operations: [large] } });
    await publish();
    const problem = await eve.problem(413, `${app}/copy`, { body: {} });
    expect(problem).toMatchObject({ code: "file_too_large", path: "src/large.ts", limit: 51_200 });
    expect((await eve.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  const usageOf = async (account: Account) => (await account.expect<Me>(200, "/v1/me")).usage;
  const pretend = async (account: Account, stored: { projects?: number; bytes?: number }) => {
    const { id: ownerId } = await account.expect<Me>(200, "/v1/me");
    await database.insert(accountStorage).values({ ownerId, ...stored });
  };

  it("The contents of a copy count against the storage of the account that makes it, and of no other", async () => {
    const { ada, eve, app } = await withApp();
    const before = await usageOf(ada);
    await copy(eve, app);
    const own = await usageOf(eve);
    expect(await usageOf(ada)).toMatchObject({ storedBytes: before.storedBytes, projects: 1 });
    expect(own.projects).toBe(1);
    const contents = page("Bread").content.length + "export const kept = 1;\n".length;
    const [revisionBytes, changeBytes] = [1_000 + "Copy of Bakery".length, 2 * 400];
    expect(own.storedBytes).toBe(contents + revisionBytes + changeBytes);
  });

  it("An account that has the maximum of projects, or whose storage is full, gets no copy", async () => {
    const { ada, eve, app } = await withApp();
    const full = await newAccount();
    await pretend(eve, { projects: plans.free.projects });
    await pretend(full, { bytes: plans.free.storedBytes });
    expect((await eve.problem(409, `${app}/copy`, { body: {} })).code).toBe("limit_reached");
    expect((await full.problem(413, `${app}/copy`, { body: {} })).code).toBe("storage_exceeded");
    expect((await auditOf(ada)).filter(({ action }) => action === "publication.copied")).toEqual([]);
  });
});
