import { describe, expect, it } from "vitest";
import type { BatchResult, FileContent, FileEntry, Revision, RevisionDetail } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, newProject, type Page } from "../stage/client.ts";

type Tree = { revision: number; data: FileEntry[] };

/** Creates three revisions: a.txt and b.txt; a.txt changed; b.txt moved to c/b.txt and a.txt deleted. */
async function threeRevisions(): Promise<{ ada: Caller; at: string }> {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada)).id}`;
  const batches = [
    {
      message: "Begin",
      operations: [
        { op: "create", path: "a.txt", content: "a1" },
        { op: "create", path: "b.txt", content: "b1" },
      ],
    },
    { message: "Change", operations: [{ op: "update", path: "a.txt", content: "a2" }] },
    {
      operations: [
        { op: "move", path: "b.txt", to: "c/b.txt" },
        { op: "delete", path: "a.txt" },
      ],
    },
  ];
  for (const body of batches) await ada.expect(201, `${at}/batches`, { body });
  return { ada, at };
}

const paths = ({ data }: Tree) => data.map(({ path }) => path);

describe("the history", () => {
  it("GET /revisions lists revisions newest first, with the number of changes of each", async () => {
    const { ada, at } = await threeRevisions();
    const { data } = await ada.expect<Page<Revision>>(200, `${at}/revisions`);
    expect(data.map(({ number, message, stats, runId }) => ({ number, message, stats, runId }))).toEqual([
      { number: 3, message: "", stats: { created: 0, updated: 0, deleted: 1, moved: 1 }, runId: null },
      { number: 2, message: "Change", stats: { created: 0, updated: 1, deleted: 0, moved: 0 }, runId: null },
      { number: 1, message: "Begin", stats: { created: 2, updated: 0, deleted: 0, moved: 0 }, runId: null },
    ]);
    const page = await ada.expect<Page<Revision>>(200, `${at}/revisions?limit=2`);
    const rest = await ada.expect<Page<Revision>>(200, `${at}/revisions?limit=2&cursor=${page.pagination.nextCursor}`);
    expect(rest.data.map(({ number }) => number)).toEqual([1]);
  });

  it("GET of a revision lists its changes, a move with its source", async () => {
    const { ada, at } = await threeRevisions();
    const { changes } = await ada.expect<RevisionDetail>(200, `${at}/revisions/3`);
    expect(changes).toMatchObject([
      { path: "a.txt", action: "deleted", after: null },
      { path: "c/b.txt", action: "moved", from: "b.txt" },
    ]);
    expect(changes[0]).not.toHaveProperty("from");
    for (const n of ["0", "4", "-1", "x", "1.5", "999999999999"]) await ada.problem(404, `${at}/revisions/${n}`);
  });

  it("Every revision keeps its tree and its contents", async () => {
    const { ada, at } = await threeRevisions();
    expect(paths(await ada.expect<Tree>(200, `${at}/files?revision=1`))).toEqual(["a.txt", "b.txt"]);
    expect(paths(await ada.expect<Tree>(200, `${at}/files`))).toEqual(["c/b.txt"]);
    expect((await ada.expect<Tree>(200, `${at}/files?revision=0`)).data).toEqual([]);
    expect(await ada.expect<FileContent>(200, `${at}/files/a.txt?revision=1`)).toMatchObject({
      content: "a1",
      revision: 1,
    });
    expect(await ada.expect<FileContent>(200, `${at}/files/a.txt?revision=2`)).toMatchObject({
      content: "a2",
      revision: 2,
    });
    await ada.problem(404, `${at}/files/a.txt`);
    await ada.problem(404, `${at}/files/c/b.txt?revision=2`);
    for (const revision of ["4", "99999999999"]) await ada.problem(404, `${at}/files?revision=${revision}`);
  });

  it("A restore creates a revision and can be undone by another restore", async () => {
    const { ada, at } = await threeRevisions();
    const result = await ada.expect<BatchResult>(201, `${at}/revisions/1/restore`, { method: "POST" });
    expect(result.revision).toBe(4);
    expect(result.changes.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "created a.txt",
      "created b.txt",
      "deleted c/b.txt",
    ]);
    const contents = await Promise.all(
      ["a.txt", "b.txt"].map(async (path) => (await ada.expect<FileContent>(200, `${at}/files/${path}`)).content),
    );
    expect(contents).toEqual(["a1", "b1"]);
    await ada.expect(201, `${at}/revisions/3/restore`, { method: "POST" });
    expect(paths(await ada.expect<Tree>(200, `${at}/files`))).toEqual(["c/b.txt"]);
    expect(await ada.expect(200, `${at}/revisions/5`)).toMatchObject({ message: "Restore version 3" });
    await ada.expect(201, `${at}/revisions/0/restore`, { method: "POST" });
    expect((await ada.expect<Tree>(200, `${at}/files`)).data).toEqual([]);
    for (const n of ["9", "-1", "x"]) await ada.problem(404, `${at}/revisions/${n}/restore`, { method: "POST" });
  });
});

describe("a file", () => {
  it("A file has a separate ETag for bytes and for JSON", async () => {
    const { ada, at } = await threeRevisions();
    const path = `${at}/files/c/b.txt`;
    const bytes = { Accept: "application/octet-stream" };
    const etagOf = async (headers: Record<string, string> = {}) => {
      const answer = await ada.request(path, { headers });
      await answer.arrayBuffer();
      expect(answer.headers.get("vary")).toMatch(/\bAccept\b/i);
      return answer.headers.get("etag") ?? "";
    };
    const [json, raw] = [await etagOf(), await etagOf(bytes)];
    expect(json).not.toBe(raw);
    expect((await ada.request(path, { headers: { ...bytes, "If-None-Match": json } })).status).toBe(200);
    const known = await ada.request(path, { headers: { ...bytes, "If-None-Match": raw } });
    expect(known.status).toBe(304);
    expect(known.headers.get("vary")).toMatch(/\bAccept\b/i);
    // The same content with another language: the JSON differs, the bytes do not.
    const operations = [{ op: "update", path: "c/b.txt", content: "b1", language: "markdown" }];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    expect(await etagOf()).not.toBe(json);
    expect(await etagOf(bytes)).toBe(raw);
  });

  it("A file is JSON for a client to which its bytes are worth less than JSON", async () => {
    const { ada, at } = await threeRevisions();
    const typeFor = async (accept: string) => {
      const answer = await ada.request(`${at}/files/c/b.txt`, { headers: { Accept: accept } });
      await answer.arrayBuffer();
      return answer.headers.get("content-type");
    };
    expect(await typeFor("application/json, application/octet-stream;q=0.5")).toBe("application/json");
    expect(await typeFor("application/octet-stream, application/json;q=0.5")).toBe("application/octet-stream");
  });

  it("A file's ETag is its hash, and a tree's is its revision", async () => {
    const { ada, at } = await threeRevisions();
    for (const path of [`${at}/files/c/b.txt`, `${at}/files`]) {
      const answer = await ada.request(path);
      await answer.text();
      const etag = answer.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[^"]+"$/);
      expect((await ada.request(path, { headers: { "If-None-Match": etag } })).status).toBe(304);
      expect((await ada.request(path, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    }
  });

  it("A file's path is percent-encoded segment by segment", async () => {
    const { ada, at } = await threeRevisions();
    const path = "src/näme with spaces & more/日本 #1 100%.txt";
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path, content: "there" }] } });
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    expect(await ada.expect<FileContent>(200, `${at}/files/${encoded}`)).toMatchObject({ path, content: "there" });
  });

  it("GET of a file returns 422 for an invalid path and 404 for a missing file", async () => {
    const { ada, at } = await threeRevisions();
    for (const path of ["a%5Cb", "%2e%2e%2fx", "a//b", ".git/config"]) {
      expect((await ada.problem(422, `${at}/files/${path}`)).code).toBe("invalid_path");
    }
    expect((await ada.problem(404, `${at}/files/none.txt`)).code).toBe("not_found");
  });

  it("A content can be fetched by its hash, with an immutable response", async () => {
    const { ada, at } = await threeRevisions();
    const { sha256 } = await ada.expect<FileContent>(200, `${at}/files/a.txt?revision=1`);
    const answer = await ada.request(`${at}/blobs/${sha256}`);
    expect(answer.headers.get("cache-control")).toMatch(/immutable/);
    expect(await answer.json()).toEqual({ sha256, content: "a1", encoding: "utf-8", bytes: 2 });
    for (const hash of ["0".repeat(64), "x", sha256.toUpperCase()]) await ada.problem(404, `${at}/blobs/${hash}`);
  });
});

describe("a new revision", () => {
  it("A response with a new revision has the project's ETag for the next If-Match", async () => {
    const { ada, at } = await threeRevisions();
    const write = (content: string, etag?: string) => ({
      body: { operations: [{ op: "write", path: "a.txt", content }] },
      headers: etag === undefined ? {} : { "If-Match": etag },
    });
    const etagOf = async (answer: Response) => {
      expect(answer.status).toBe(201);
      expect(await answer.json()).not.toHaveProperty("etag");
      const etag = answer.headers.get("etag") ?? "";
      expect(etag).toBe((await ada.request(at)).headers.get("etag"));
      return etag;
    };
    const first = await etagOf(await ada.request(`${at}/batches`, write("1")));
    const second = await etagOf(await ada.request(`${at}/batches`, write("2", first)));
    await ada.problem(412, `${at}/batches`, write("3", first));
    const third = await etagOf(await ada.request(`${at}/revisions/1/restore`, { method: "POST" }));
    expect(third).not.toBe(second);
    await ada.expect(201, `${at}/batches`, write("4", third));
  });
});

describe("a new project", () => {
  it("A new project can start from a template, as its first revision", async () => {
    const ada = await newAccount();
    const project = await ada.expect<{ id: string; head: number }>(201, "/v1/projects", {
      body: { name: "App", template: "fullstack" },
    });
    expect(project.head).toBe(1);
    const tree = await ada.expect<Tree>(200, `/v1/projects/${project.id}/files`);
    expect(paths(tree)).toEqual(["index.html", "src/main.ts", "src/server.ts", "src/style.css"]);
  });

  it.each(["react-shadcn", "vue", "svelte", "hono-react", "blog", "chat"])(
    "A new project can start from the template %s with all its files",
    async (template) => {
      const ada = await newAccount();
      const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "App", template } });
      const { data } = await ada.expect<Page<{ path: string }>>(200, `/v1/projects/${id}/files`);
      const paths = data.map(({ path }) => path);
      for (const path of ["index.html", "package.json", "vite.config.ts", "src/index.css"])
        expect(paths).toContain(path);
    },
  );
});
