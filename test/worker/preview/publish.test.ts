import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { event, project, publicationOutbox } from "../../../drizzle/schema/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { BuilderRpc, Preview, Published } from "../../../worker/contract/index.ts";
import { sweepPublications } from "../../../worker/preview/index.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, type Project } from "../stage/client.ts";

const config = configOf(env);
const bindings: object = env;
const builder: BuilderRpc = Reflect.get(bindings, "PREVIEW");
const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

const page = (heading: string) => `<!doctype html><h1>${heading}</h1>\n`;

async function withApp(files: Record<string, string> = { "index.html": page("One") }) {
  const ada = await newAccount();
  const { id } = await ada.expect<Project>(201, "/v1/projects", { body: { name: "App" } });
  const at = `/v1/projects/${id}`;
  const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at, id };
}

const publish = (ada: Account, at: string, init: { body?: unknown; headers?: Record<string, string> } = {}) =>
  ada.expect<Published>(200, `${at}/publish`, { method: "POST", ...init });
const write = (ada: Account, at: string, path: string, content: string) =>
  ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "write", path, content }] } });
const visit = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await door.fetch(url, { redirect: "manual", headers });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};
const eventsOf = (projectId: string) =>
  database
    .select({ type: event.type, data: event.data })
    .from(event)
    .where(eq(event.projectId, projectId))
    .then((rows) => rows.filter(({ type }) => type === "preview.published"));
const untold = (projectId: string) =>
  database.select().from(publicationOutbox).where(eq(publicationOutbox.projectId, projectId));
const isDue = (projectId: string) =>
  database
    .update(publicationOutbox)
    .set({ dueAt: new Date(0) })
    .where(eq(publicationOutbox.projectId, projectId));

describe("POST /publish", () => {
  it("POST /publish serves the head at a public URL, which the project shows", async () => {
    const { ada, at } = await withApp();
    const before = await ada.expect<Project>(200, at);
    expect(before).toMatchObject({ visibility: "private", published: null });
    const published = await publish(ada, at);
    expect(published.revision).toBe(1);
    const preview = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
    expect(new URL(published.url).host).toMatch(/^app-[0-9a-z]{26}\.localhost:8788$/);
    expect(new URL(published.url).host).not.toBe(new URL(preview.url).host);
    expect(await visit(published.url)).toMatchObject({ status: 200, text: expect.stringContaining("One") });
    const after = await ada.expect<Project>(200, at);
    expect(after).toMatchObject({ visibility: "public", published });
    expect(after.updatedAt > before.updatedAt).toBe(true);
    expect((await ada.expect<{ data: Project[] }>(200, "/v1/projects")).data[0]?.published).toEqual(published);
  });

  it("POST /publish pins the revision until the next one, which may be older", async () => {
    const { ada, at } = await withApp();
    const { url } = await publish(ada, at);
    await write(ada, at, "index.html", page("Two"));
    await ada.expect(201, `${at}/preview`, { body: {} });
    expect((await visit(url)).text).toContain("One");
    expect(await publish(ada, at)).toEqual({ url, revision: 2 });
    expect((await visit(url)).text).toContain("Two");
    expect(await publish(ada, at, { body: { revision: 1 } })).toEqual({ url, revision: 1 });
    expect((await visit(url)).text).toContain("One");
  });

  it("POST /publish returns 422 with the diagnostics of a failed build, and the public revision stays", async () => {
    const { ada, at, id } = await withApp();
    const { url } = await publish(ada, at);
    await write(ada, at, "src/server.ts", "const = ;\n");
    const problem = await ada.problem(422, `${at}/publish`, { method: "POST" });
    expect(problem).toMatchObject({
      code: "build_failed",
      revision: 2,
      detail: expect.stringContaining("src/server.ts:1"),
      diagnostics: [{ path: "src/server.ts", line: 1, severity: "error" }],
    });
    expect((await visit(url)).text).toContain("One");
    expect((await ada.expect<Project>(200, at)).published).toEqual({ url, revision: 1 });
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it("POST /publish returns 422 for a build that fails only for production, and nothing changes publicly", async () => {
    const { ada, at, id } = await withApp();
    const { url } = await publish(ada, at);
    const config = `export default ({ command }) => ({ resolve: { alias: command === "build" ? { "@own": "/missing" } : { "@own": "/src" } } });\n`;
    const operations = [
      { op: "write", path: "vite.config.ts", content: config },
      {
        op: "write",
        path: "index.html",
        content: '<!doctype html>\n<script type="module" src="/src/main.ts"></script>\n',
      },
      { op: "write", path: "src/main.ts", content: 'import { a } from "@own/a";\nconsole.log(a);\n' },
      { op: "write", path: "src/a.ts", content: "export const a = 1;\n" },
    ];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const preview = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
    expect(preview.build).toEqual({ ok: true, diagnostics: [] });
    const problem = await ada.problem(422, `${at}/publish`, { method: "POST" });
    expect(problem).toMatchObject({
      code: "build_failed",
      revision: 2,
      detail: expect.stringContaining("src/main.ts:1"),
      diagnostics: [{ path: "src/main.ts", line: 1, severity: "error" }],
    });
    expect((await visit(url)).text).toContain("One");
    expect((await ada.expect<Project>(200, at)).published).toEqual({ url, revision: 1 });
    expect(await eventsOf(id)).toHaveLength(1);
    expect(await untold(id)).toEqual([]);
  });

  it("POST /publish refuses a missing and an invalid revision", async () => {
    const { ada, at } = await withApp();
    expect((await ada.problem(404, `${at}/publish`, { body: { revision: 2 } })).code).toBe("not_found");
    for (const revision of [-1, 1.5, "1", null]) {
      const problem = await ada.problem(422, `${at}/publish`, { body: { revision } });
      expect(problem.errors).toMatchObject([{ pointer: "/revision" }]);
    }
  });

  it("POST /publish sends one event, however often the same request is repeated", async () => {
    const { ada, at, id } = await withApp();
    const again = { body: {}, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const published = await publish(ada, at, again);
    await write(ada, at, "index.html", page("Two"));
    expect(await publish(ada, at, again)).toEqual(published);
    expect(await eventsOf(id)).toEqual([
      { type: "preview.published", data: { projectId: id, revision: 1, url: published.url } },
    ]);
    expect((await visit(published.url)).text).toContain("One");
    await publish(ada, at);
    expect((await eventsOf(id)).map(({ data }) => data)).toContainEqual({ ...published, projectId: id, revision: 2 });
  });

  it("POST /publish requires write access to the project", async () => {
    const { ada, at } = await withApp();
    const stranger = await newAccount();
    const [reader, writer] = [await ada.token(["projects:read"]), await ada.token(["projects:write"])];
    for (const method of ["POST", "DELETE"]) {
      expect((await stranger.problem(404, `${at}/publish`, { method })).code).toBe("not_found");
      expect((await reader.problem(403, `${at}/publish`, { method })).code).toBe("insufficient_scope");
    }
    await writer.expect(200, `${at}/publish`, { method: "POST" });
    await writer.expect(204, `${at}/publish`, { method: "DELETE" });
  });

  it("a fork of a public project is private", async () => {
    const { ada, at } = await withApp();
    await publish(ada, at);
    const fork = await ada.expect<Project>(201, `${at}/fork`, { body: {} });
    expect(fork).toMatchObject({ visibility: "private", published: null });
  });
});

describe("DELETE /publish", () => {
  it("DELETE /publish takes the public URL offline at once, any number of times, and the project shows it", async () => {
    const { ada, at } = await withApp();
    await ada.expect(204, `${at}/publish`, { method: "DELETE" });
    const { url } = await publish(ada, at);
    for (let times = 0; times < 2; times += 1) {
      await ada.expect(204, `${at}/publish`, { method: "DELETE" });
      expect(await visit(url)).toMatchObject({ status: 404, text: expect.stringContaining("App not found") });
    }
    expect(await ada.expect<Project>(200, at)).toMatchObject({ visibility: "private", published: null });
    expect((await publish(ada, at)).url).toBe(url);
    expect((await visit(url)).status).toBe(200);
  });
});

describe("deleting a published project", () => {
  it("Deleting a project ends its public URL, its link and its visits within a second", async () => {
    const { ada, at, id } = await withApp();
    const { url } = await publish(ada, at);
    const preview = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
    const entered = await visit(preview.url);
    expect(entered.status).toBe(303);
    const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const { origin } = new URL(preview.url);
    expect((await visit(origin, { Cookie: cookie })).status).toBe(200);
    await ada.expect(204, at, { method: "DELETE" });
    await vi.waitFor(async () => expect((await visit(url)).status).toBe(404), { timeout: 1_000, interval: 20 });
    const refused = await visit(origin, { Cookie: cookie, Accept: "text/html" });
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining("expired") });
    expect((await visit(preview.url)).status).toBe(403);
    await vi.waitFor(async () => expect(await untold(id)).toEqual([]));
  });
});

describe("a pending publication", () => {
  const deaf: BuilderRpc = new Proxy(builder, { get: () => () => Promise.reject(new Error("no answer")) });

  it("the sweep syncs a public revision, an unpublished one, and a project's deletion", async () => {
    const { ada, at, id } = await withApp();
    const { url } = await publish(ada, at);
    const missed = async (change: { publishedRevision: number | null; visibility: "public" | "private" }) => {
      const [row] = await database.select().from(project).where(eq(project.id, id));
      const number = (row?.publication ?? 0) + 1;
      await database
        .update(project)
        .set({ ...change, publication: number })
        .where(eq(project.id, id));
      await database.insert(publicationOutbox).values({ projectId: id, number, dueAt: new Date(0) });
    };
    const forgotten: string[] = [];
    const forget = async (projectId: string) => void forgotten.push(projectId);
    await missed({ publishedRevision: null, visibility: "private" });
    expect((await visit(url)).status).toBe(200);
    await sweepPublications({ config, database }, builder, forget);
    expect((await visit(url)).status).toBe(404);

    await missed({ publishedRevision: 1, visibility: "public" });
    await expect(sweepPublications({ config, database }, deaf, forget)).rejects.toThrow("could not be updated");
    expect(await untold(id)).toHaveLength(1);
    await isDue(id);
    await sweepPublications({ config, database }, builder, forget);
    expect((await visit(url)).status).toBe(200);

    await database.delete(project).where(eq(project.id, id));
    await database.insert(publicationOutbox).values({ projectId: id, dueAt: new Date(0) });
    expect(forgotten).toEqual([]);
    await sweepPublications({ config, database }, builder, forget);
    expect((await visit(url)).status).toBe(404);
    expect(await untold(id)).toEqual([]);
    expect(forgotten).toEqual([id]);
  });
});
