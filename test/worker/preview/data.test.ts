import { describe, expect, it } from "vitest";
import type { DataSnapshot, Page } from "../../../worker/contract/index.ts";
import { type Account, newAccount } from "../stage/client.ts";

type Project = { ada: Account; at: string; data: string };

async function newProject(): Promise<Project> {
  const ada = await newAccount();
  const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "App" } });
  const at = `/v1/projects/${id}`;
  const operations = [{ op: "create", path: "index.html", content: "<!doctype html><h1>Hello</h1>\n" }];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at, data: `${at}/data/preview` };
}

describe("an app's data over the API", () => {
  it("an app without a database has no tables, and answers a query", async () => {
    const { ada, data } = await newProject();
    expect(await ada.expect(200, `${data}/tables`)).toEqual({
      data: [],
      pagination: { hasMore: false, nextCursor: null, limit: 50 },
    });
    expect(
      await ada.expect(200, `${data}/query`, { body: { sql: "SELECT 1 AS one, ? AS two", params: ["b"] } }),
    ).toEqual({
      columns: ["one", "two"],
      rows: [{ one: 1, two: "b" }],
      truncated: false,
    });
    expect((await ada.problem(422, `${data}/query`, { body: { sql: "DELETE FROM a" } })).code).toBe("read_only");
    expect((await ada.problem(422, `${data}/query`, { body: { sql: "SELECT * FROM a" } })).detail).toContain(
      "no such table: a",
    );
    expect((await ada.problem(404, `${data}/tables/a/rows`)).detail).toBe("Table not found.");
    expect((await ada.problem(404, `${data.replace("preview", "other")}/tables`)).code).toBe("not_found");
  });

  it("another account finds nothing", async () => {
    const { data } = await newProject();
    const eve = await newAccount();
    for (const path of ["/tables", "/snapshots", "/export.sql"])
      expect((await eve.problem(404, data + path)).code).toBe("not_found");
    await eve.problem(404, `${data}/query`, { body: { sql: "SELECT 1" } });
  });

  it("a snapshot is created, listed, restored and deleted, each with an audit record", async () => {
    const { ada, data } = await newProject();
    const snapshot = await ada.expect<DataSnapshot>(201, `${data}/snapshots`, { body: {} });
    expect(snapshot).toMatchObject({ reason: "requested", revision: null });
    expect(await ada.expect(200, `${data}/snapshots/${snapshot.id}/restore`, { method: "POST" })).toEqual(snapshot);
    const listed = await ada.expect<Page<DataSnapshot>>(200, `${data}/snapshots`);
    expect(listed.data.map(({ reason }) => reason)).toEqual(["restore", "requested"]);
    await ada.expect(204, `${data}/snapshots/${snapshot.id}`, { method: "DELETE" });
    await ada.problem(404, `${data}/snapshots/${snapshot.id}`, { method: "DELETE" });
    const audit = await ada.expect<Page<{ action: string }>>(200, "/v1/audit");
    const actions = audit.data.map(({ action }) => action);
    for (const action of ["data.snapshot_created", "data.restored", "data.snapshot_deleted"])
      expect(actions).toContain(action);
  });
});
