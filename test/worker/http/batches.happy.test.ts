import { describe, expect, it } from "vitest";
import type { BatchResult, FileContent, FileEntry } from "../../../worker/contract/index.ts";
import { databaseRequestsOf } from "../database/direct.ts";
import { type Caller, newAccount, newProject, type Project } from "../stage/client.ts";

type Tree = { revision: number; data: FileEntry[] };

async function aProject(): Promise<{ ada: Caller; at: string; project: Project }> {
  const ada = await newAccount();
  const project = await newProject(ada);
  return { ada, at: `/v1/projects/${project.id}`, project };
}

const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

describe("a batch", () => {
  it("A first batch creates revision 1 and moves the project's head", async () => {
    const { ada, at, project } = await aProject();
    const result = await ada.expect<BatchResult>(201, `${at}/batches`, {
      body: { message: "Begin", operations: [{ op: "create", path: "src/a.ts", content: "export {};\n" }] },
    });
    expect(result).toEqual({
      revision: 1,
      changes: [{ path: "src/a.ts", action: "created", bytes: 11, sha256: await sha256("export {};\n") }],
    });
    const after = await ada.expect<Project>(200, at);
    expect(after.head).toBe(1);
    expect(after.updatedAt > project.updatedAt).toBe(true);
  });

  it("A batch can create, update, write, delete and move files, and returns a change for each", async () => {
    const { ada, at } = await aProject();
    const files = ["update.txt", "write-old.txt", "delete.txt", "move.txt"];
    const operations = files.map((path) => ({ op: "create", path, content: `${path} 1` }));
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const result = await ada.expect<BatchResult>(201, `${at}/batches`, {
      body: {
        operations: [
          { op: "create", path: "create.txt", content: "new" },
          { op: "update", path: "update.txt", content: "changed", expectedSha256: await sha256("update.txt 1") },
          { op: "write", path: "write-old.txt", content: "over" },
          { op: "write", path: "write-new.txt", content: "fresh" },
          { op: "delete", path: "delete.txt" },
          { op: "move", path: "move.txt", to: "moved/here.ts" },
        ],
      },
    });
    expect(result.changes.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "created create.txt",
      "deleted delete.txt",
      "moved moved/here.ts",
      "updated update.txt",
      "created write-new.txt",
      "updated write-old.txt",
    ]);
    expect(result.changes.find(({ action }) => action === "deleted")).toMatchObject({ bytes: 0, sha256: null });
    const tree = await ada.expect<Tree>(200, `${at}/files`);
    expect(tree.data.map(({ path, language, revision }) => [path, language, revision])).toEqual([
      ["create.txt", "plaintext", 2],
      ["moved/here.ts", "typescript", 2],
      ["update.txt", "plaintext", 2],
      ["write-new.txt", "plaintext", 2],
      ["write-old.txt", "plaintext", 2],
    ]);
    const moved = await ada.expect<FileContent>(200, `${at}/files/moved/here.ts`);
    expect(moved.content).toBe("move.txt 1");
  });

  it("A batch can move a file away and create another at its path", async () => {
    const { ada, at } = await aProject();
    const first = { operations: [{ op: "create", path: "a", content: "1" }] };
    await ada.expect(201, `${at}/batches`, { body: first });
    const twice = {
      operations: [
        { op: "move", path: "a", to: "b" },
        { op: "create", path: "a", content: "2" },
      ],
    };
    await ada.problem(422, `${at}/batches`, { body: twice });
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "move", path: "a", to: "b" }] } });
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path: "a", content: "2" }] } });
    expect((await ada.expect<Tree>(200, `${at}/files`)).data.map(({ path }) => path)).toEqual(["a", "b"]);
  });

  it("A batch stores binary content as base64", async () => {
    const { ada, at } = await aProject();
    const content = "AAEC/f7/";
    const result = await ada.expect<BatchResult>(201, `${at}/batches`, {
      body: { operations: [{ op: "create", path: "icon.png", content, encoding: "base64" }] },
    });
    expect(result.changes[0]?.bytes).toBe(6);
    const file = await ada.expect<FileContent>(200, `${at}/files/icon.png`);
    expect(file).toMatchObject({ content, encoding: "base64", language: "image", bytes: 6 });
    const raw = await ada.request(`${at}/files/icon.png`, { headers: { Accept: "application/octet-stream" } });
    expect(raw.headers.get("content-type")).toBe("application/octet-stream");
    expect([...new Uint8Array(await raw.arrayBuffer())]).toEqual([0, 1, 2, 253, 254, 255]);
  });

  it("A file is returned in the encoding in which it was written", async () => {
    const { ada, at } = await aProject();
    const operations = [
      { op: "create", path: "as-text.txt", content: "héé" },
      { op: "create", path: "as-bytes.txt", content: btoa("h\u00c3\u00a9\u00c3\u00a9"), encoding: "base64" },
    ];
    const { changes } = await ada.expect<BatchResult>(201, `${at}/batches`, { body: { operations } });
    expect(changes[0]?.sha256).toBe(changes[1]?.sha256);
    expect(await ada.expect(200, `${at}/files/as-text.txt`)).toMatchObject({ content: "héé", encoding: "utf-8" });
    expect(await ada.expect(200, `${at}/files/as-bytes.txt`)).toMatchObject({
      content: "aMOpw6k=",
      encoding: "base64",
    });
  });

  it("A batch of 100 files is one request to the database", async () => {
    const { ada, at } = await aProject();
    const operations = Array.from({ length: 100 }, (_, n) => ({
      op: "create",
      path: `src/file-${n}.ts`,
      content: `export const n = ${n};\n`.repeat(300),
    }));
    const answer = await ada.request(`${at}/batches`, { body: { operations } });
    expect(answer.status).toBe(201);
    expect(databaseRequestsOf(answer)).toBe(1);
    expect((await answer.json<BatchResult>()).changes).toHaveLength(100);
  });

  it("A batch has at most 1,000 operations", async () => {
    const { ada, at } = await aProject();
    const operations = Array.from({ length: 1_001 }, (_, n) => ({ op: "create", path: `f/${n}`, content: "" }));
    const problem = await ada.problem(422, `${at}/batches`, { body: { operations } });
    expect(problem.errors).toMatchObject([{ pointer: "/operations", code: "too_big" }]);
    await ada.expect(201, `${at}/batches`, { body: { operations: operations.slice(1) } });
    expect((await ada.expect<Tree>(200, `${at}/files`)).data).toHaveLength(1_000);
  });

  it("A batch preserves every character that a text can contain", async () => {
    const { ada, at } = await aProject();
    const content = "\u0001\t\r\n\u2028😀é\ufeff\uffff$1 \\ ' \"";
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path: "all.txt", content }] } });
    expect((await ada.expect<FileContent>(200, `${at}/files/all.txt`)).content).toBe(content);
  });

  it("A revision names its author, a person or a token", async () => {
    const { ada, at } = await aProject();
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path: "a", content: "" }] } });
    const { id } = await ada.expect<{ id: string }>(200, "/v1/me");
    expect(await ada.expect(200, `${at}/revisions/1`)).toMatchObject({ author: { kind: "user", id, name: "Ada" } });
  });
});
