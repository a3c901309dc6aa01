import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { configOf } from "../../../worker/config/index.ts";
import type {
  BatchResult,
  DataRow,
  FileContent,
  FileEntry,
  Me,
  Preview,
  Revision,
  Run,
} from "../../../worker/contract/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { connect } from "../../../worker/database/index.ts";
import { undoRun } from "../../../worker/runs/index.ts";
import { type Caller, newAccount, type Page, runToEnd } from "../stage/client.ts";
import { aProject, begin, script, until } from "./start.ts";

const write = (...files: { path: string; content: string }[]) => ({ name: "write_files", input: { files } });

async function contentOf(ada: Caller, at: string, path: string): Promise<string> {
  return (await ada.expect<FileContent>(200, `${at}/files/${path}`)).content;
}

async function batch(ada: Caller, at: string, ...operations: unknown[]): Promise<void> {
  await ada.expect(201, `${at}/batches`, { body: { operations } });
}

/** A project with a file, and a run of two batches that changes it, adds one and removes one. */
async function aRun() {
  const { ada, projectId } = await aProject();
  const at = `/v1/projects/${projectId}`;
  const lines = "one\ntwo\nthree\nfour\nfive\n";
  await batch(
    ada,
    at,
    { op: "write", path: "a.txt", content: lines },
    { op: "write", path: "old.txt", content: "old" },
  );
  const prompt = script(
    { tools: [write({ path: "a.txt", content: lines.replace("two", "TWO") }, { path: "new.txt", content: "new" })] },
    { tools: [{ name: "delete_files", input: { paths: ["old.txt"] } }] },
    { text: "Done." },
  );
  const { run } = await runToEnd(ada, projectId, { prompt, agent: "fullstack" });
  return { ada, at, projectId, run, lines };
}

describe("undoing a run", () => {
  it("POST /undo restores the content of every path that the run changed, as one revision by the person", async () => {
    const { ada, at, run, lines } = await aRun();
    const undone = await ada.expect<BatchResult>(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(undone.changes.map(({ path, action }) => [path, action])).toEqual([
      ["a.txt", "updated"],
      ["new.txt", "deleted"],
      ["old.txt", "created"],
    ]);
    expect(await contentOf(ada, at, "a.txt")).toBe(lines);
    expect(await contentOf(ada, at, "old.txt")).toBe("old");
    const [newest] = (await ada.expect<Page<Revision>>(200, `${at}/revisions`)).data;
    expect(newest).toMatchObject({ number: 4, runId: null, author: { kind: "user" } });
    expect(newest?.message).toMatch(/^Undo: /);
    // The undo is a revision like any other, and can be undone by restoring the one before.
    await ada.expect(201, `${at}/revisions/3/restore`, { method: "POST" });
    expect(await contentOf(ada, at, "new.txt")).toBe("new");
  });

  it("A run names the revision that undid it, until an earlier revision is restored", async () => {
    const { ada, at, run } = await aRun();
    const undoneBy = async () => (await ada.expect<Run>(200, `/v1/runs/${run.id}`)).undoneBy;
    const listed = async (undone: boolean) =>
      (await ada.expect<Page<Run>>(200, `${at}/runs?undone=${undone}`)).data.map(({ id }) => id);
    expect(await undoneBy()).toBeUndefined();
    expect([await listed(true), await listed(false)]).toEqual([[], [run.id]]);
    const { revision } = await ada.expect<BatchResult>(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(await undoneBy()).toBe(revision);
    expect([await listed(true), await listed(false)]).toEqual([[run.id], []]);
    await batch(ada, at, { op: "write", path: "mine.txt", content: "m" });
    await ada.expect(201, `${at}/revisions/${revision}/restore`, { method: "POST" });
    expect(await undoneBy()).toBe(revision);
    await ada.expect(201, `${at}/revisions/${revision - 1}/restore`, { method: "POST" });
    expect(await undoneBy()).toBeUndefined();
  });

  it("POST /undo keeps later changes, also in a file that the run changed", async () => {
    const { ada, at, run, lines } = await aRun();
    const since = lines.replace("two", "TWO").replace("five", "FIVE");
    await batch(
      ada,
      at,
      { op: "write", path: "a.txt", content: since },
      { op: "write", path: "mine.txt", content: "m" },
    );
    await ada.expect(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(await contentOf(ada, at, "a.txt")).toBe(lines.replace("five", "FIVE"));
    const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
    expect(data.map(({ path }) => path)).toEqual(["a.txt", "mine.txt", "old.txt"]);
  });

  it("POST /undo changes nothing and names the paths when the same lines were changed since", async () => {
    const { ada, at, run, lines } = await aRun();
    await batch(ada, at, { op: "write", path: "a.txt", content: lines.replace("two", "mine") });
    const problem = await ada.problem(409, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(problem).toMatchObject({ code: "revision_conflict", conflicts: [{ path: "a.txt" }] });
    expect(await contentOf(ada, at, "new.txt")).toBe("new");
  });

  it("POST /undo is refused while the run is active, and when it is already undone", async () => {
    const { ada, projectId, run } = await aRun();
    await ada.expect(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(await ada.problem(409, `/v1/runs/${run.id}/undo`, { method: "POST" })).toMatchObject({ code: "conflict" });
    const waiting = await begin(
      ada,
      projectId,
      script({ tools: [{ name: "ask_user", input: { question: "Which?" } }] }),
    );
    await until(ada, waiting.id, "waiting");
    expect(await ada.problem(409, `/v1/runs/${waiting.id}/undo`, { method: "POST" })).toMatchObject({
      code: "conflict",
    });
  });

  it("POST /undo of another account's run is a 404, as if there were none", async () => {
    const { run } = await aRun();
    const eve = await newAccount();
    await eve.problem(404, `/v1/runs/${run.id}/undo`, { method: "POST" });
  });
});

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

const server = (columns: string, first = "") => `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch() {
    ${first}
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, ${columns})");
    return new Response("ok");
  }
}`;

/** Has the preview of the newest revision answer one request. */
async function visit(ada: Caller, at: string): Promise<void> {
  const { url } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
  const entered = await door.fetch(url, { redirect: "manual" });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const answer = await door.fetch(`${new URL(url).origin}/api`, { headers: { Cookie: cookie } });
  expect(await answer.text()).toBe("ok");
}

/** A project whose preview has a row, and a run whose code drops its table. */
async function aRunThatLosesData() {
  const { ada, projectId } = await aProject();
  const at = `/v1/projects/${projectId}`;
  await batch(ada, at, { op: "write", path: "src/server.js", content: server("title TEXT") });
  await visit(ada, at);
  const rows = `${at}/data/preview/tables/todo/rows`;
  await ada.expect(201, rows, { body: { values: { title: "kept" } } });
  const lossy = server("name TEXT", 'this.ctx.storage.sql.exec("DROP TABLE IF EXISTS todo");');
  const prompt = script({ tools: [write({ path: "src/server.js", content: lossy })] }, { text: "Done." });
  const { run } = await runToEnd(ada, projectId, { prompt, agent: "fullstack" });
  await visit(ada, at);
  expect((await ada.expect<Page<DataRow>>(200, rows)).data).toEqual([]);
  return { ada, at, run, rows };
}

type Undone = BatchResult & { data?: { snapshotId: string | null } };

describe("undoing a run with the preview's data", () => {
  it("POST /undo with data: true restores the preview's data from before the run, and keeps the later data as a snapshot", async () => {
    const { ada, at, run, rows } = await aRunThatLosesData();
    const undone = await ada.expect<Undone>(201, `/v1/runs/${run.id}/undo`, { body: { data: true } });
    expect(undone.data).toEqual({ snapshotId: expect.stringMatching(/^snap_/) });
    expect(await contentOf(ada, at, "src/server.js")).toBe(server("title TEXT"));
    expect((await ada.expect<Page<DataRow>>(200, rows)).data).toMatchObject([{ title: "kept" }]);
    const { data } = await ada.expect<Page<{ reason: string }>>(200, `${at}/data/preview/snapshots`);
    expect(data[0]?.reason).toBe("restore");
    const audit = await ada.expect<Page<{ action: string; subject: string }>>(200, "/v1/audit");
    expect(audit.data).toContainEqual(expect.objectContaining({ action: "data.restored", subject: at.slice(13) }));
    await visit(ada, at);
    expect((await ada.expect<Page<DataRow>>(200, rows)).data).toMatchObject([{ title: "kept" }]);
  });

  it("POST /undo with data: true returns 410 and changes nothing if the snapshot has expired", async () => {
    const { ada, at, run } = await aRunThatLosesData();
    const snapshots = `${at}/data/preview/snapshots`;
    const { data } = await ada.expect<Page<{ id: string; reason: string }>>(200, snapshots);
    const before = data.find(({ reason }) => reason === "revision")?.id;
    await ada.expect(204, `${snapshots}/${before}`, { method: "DELETE" });
    const { code } = await ada.problem(410, `/v1/runs/${run.id}/undo`, { body: { data: true } });
    expect(code).toBe("snapshot_expired");
    expect(await contentOf(ada, at, "src/server.js")).toContain("DROP TABLE");
  });

  it("POST /undo without data leaves the preview's data as it is", async () => {
    const { ada, run, rows } = await aRunThatLosesData();
    const undone = await ada.expect<Undone>(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(undone).not.toHaveProperty("data");
    expect((await ada.expect<Page<DataRow>>(200, rows)).data).toEqual([]);
  });

  it("POST /undo with data: true restores nothing where no code of the run has run", async () => {
    const { ada, run } = await aRun();
    const undone = await ada.expect<Undone>(201, `/v1/runs/${run.id}/undo`, { body: { data: true } });
    expect(undone.data).toEqual({ snapshotId: null });
  });
});

describe("the operation that undoes a run", () => {
  it("An undo that is repeated returns the revision of its first attempt, also where nothing is left to undo", async () => {
    const { ada, at, run } = await aRun();
    const { id: ownerId, plan } = await ada.expect<Me>(200, "/v1/me");
    const config = configOf(env);
    const actor = { kind: "agent" as const, ownerId, plan, name: "fullstack", runId: run.id };
    const context = { config, database: connect(config.database), actor };
    const opId = newId("operation");
    const first = await undoRun(context, run.id, async () => {}, opId);
    const again = await undoRun(context, run.id, async () => {}, opId);
    expect(again.result).toEqual(first.result);
    expect(again.before).toBe(first.before);
    const { data } = await ada.expect<Page<Revision>>(200, `${at}/revisions`);
    expect(data[0]?.number).toBe(first.result.revision);
  });
});
