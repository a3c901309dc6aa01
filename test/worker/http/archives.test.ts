import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import { describe, expect, it } from "vitest";
import type { Diff, FileContent, FileEntry } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, newProject, type Page, type Project } from "../stage/client.ts";

type Tree = { data: FileEntry[] };
type Options = { externalFileAttributes?: number; password?: string };

async function zipOf(files: [string, string | Uint8Array<ArrayBuffer>, Options?][]): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [path, content, options] of files) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await zip.add(path, new Uint8ArrayReader(bytes), { versionMadeBy: 0x0314, ...options });
  }
  return new Uint8Array(await zip.close());
}

const importing = (zip: Uint8Array) => ({ body: new Uint8Array(zip), headers: { "Content-Type": "application/zip" } });
const treeOf = async (caller: Caller, id: string) => (await caller.expect<Tree>(200, `/v1/projects/${id}/files`)).data;

async function withFiles(): Promise<{ ada: Caller; id: string }> {
  const ada = await newAccount();
  const { id } = await newProject(ada, "Näme / 1");
  const operations = [
    { op: "create", path: "src/a.ts", content: "export {};\n" },
    { op: "create", path: "日本/emoji-😀.txt", content: "é" },
    { op: "create", path: "icon.png", content: "AAEC/f7/", encoding: "base64" },
  ];
  await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
  return { ada, id };
}

describe("an archive", () => {
  it("goes out and comes in again as the same files", async () => {
    const { ada, id } = await withFiles();
    const answer = await ada.request(`/v1/projects/${id}/archive.zip`);
    expect(answer.headers.get("content-type")).toBe("application/zip");
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename\*=UTF-8''N%C3%A4me%20%2F%201-1\.zip$/,
    );
    const zip = new Uint8Array(await answer.arrayBuffer());
    const back = await ada.expect<Project>(201, "/v1/projects/import?name=Back", importing(zip));
    expect(back).toMatchObject({ name: "Back", head: 1 });
    expect(await treeOf(ada, back.id)).toEqual(await treeOf(ada, id));
    const again = await ada.request(`/v1/projects/${id}/archive.zip?revision=1`);
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(zip);
    const etag = again.headers.get("etag") ?? "";
    expect((await ada.request(`/v1/projects/${id}/archive.zip`, { headers: { "If-None-Match": etag } })).status).toBe(
      304,
    );
    await ada.problem(404, `/v1/projects/${id}/archive.zip?revision=2`);
  });

  it("keeps what is not clean UTF-8 as base64", async () => {
    const ada = await newAccount();
    const zip = await zipOf([
      ["latin.txt", new Uint8Array([0x63, 0xe9])],
      ["zero.txt", "a\0b"],
      ["text.txt", "\ufeffé"],
    ]);
    const { id } = await ada.expect<Project>(201, "/v1/projects/import", importing(zip));
    const encodings = (await treeOf(ada, id)).map(({ path, encoding }) => [path, encoding]);
    expect(encodings).toEqual([
      ["latin.txt", "base64"],
      ["text.txt", "utf-8"],
      ["zero.txt", "base64"],
    ]);
    expect((await ada.expect<FileContent>(200, `/v1/projects/${id}/files/text.txt`)).content).toBe("\ufeffé");
  });

  it.each([
    ["nonsense", async () => new TextEncoder().encode("PK nonsense"), 422, "invalid_archive"],
    [
      "a way out of its folder",
      () =>
        zipOf([
          ["good.txt", "x"],
          ["../evil.txt", "x"],
        ]),
      422,
      "invalid_path",
    ],
    ["an absolute path", () => zipOf([["/etc/passwd", "x"]]), 422, "invalid_path"],
    ["a backslash", () => zipOf([["a\\..\\b", "x"]]), 422, "invalid_path"],
    ["hooks of git", () => zipOf([[".git/hooks/pre-commit", "x"]]), 422, "invalid_path"],
    [
      "a symbolic link",
      () => zipOf([["link", "/etc/passwd", { externalFileAttributes: 0o120777 * 0x10000 }]]),
      422,
      "invalid_archive",
    ],
    ["an encrypted file", () => zipOf([["a", "x", { password: "p" }]]), 422, "invalid_archive"],
    ["a file that unfolds to too much", () => zipOf([["zeros", new Uint8Array(51_201)]]), 413, "file_too_large"],
    [
      "paths that differ by case",
      () =>
        zipOf([
          ["a.txt", "x"],
          ["A.txt", "y"],
        ]),
      409,
      "path_conflict",
    ],
  ])("with %s is refused, and makes no project", async (_, make, status, code) => {
    const ada = await newAccount();
    const problem = await ada.problem(status, "/v1/projects/import", importing(await make()));
    expect(problem.code).toBe(code);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  it("that is cut off or changed on the way is refused", async () => {
    const ada = await newAccount();
    const zip = await zipOf([["a.txt", "a content that is long enough to be changed in its middle"]]);
    const cut = zip.slice(0, zip.length - 30);
    const changed = zip.map((byte, at) => (at === 45 ? byte ^ 0xff : byte));
    for (const broken of [cut, changed]) {
      expect((await ada.problem(422, "/v1/projects/import", importing(broken))).code).toBe("invalid_archive");
    }
  });

  it("must say that it is a zip", async () => {
    const ada = await newAccount();
    const body = await zipOf([["a.txt", "a"]]);
    await ada.problem(415, "/v1/projects/import", { body, headers: { "Content-Type": "application/json" } });
  });
});

describe("a fork", () => {
  it("is a project of its own: neither changes the other", async () => {
    const { ada, id } = await withFiles();
    const fork = await ada.expect<Project>(201, `/v1/projects/${id}/fork`, { body: { name: "Fork" } });
    expect(fork).toMatchObject({ name: "Fork", head: 1 });
    const paths = async (of: string) => (await treeOf(ada, of)).map(({ path, sha256 }) => [path, sha256]);
    expect(await paths(fork.id)).toEqual(await paths(id));
    const change = { operations: [{ op: "update", path: "src/a.ts", content: "export const mine = 1;\n" }] };
    await ada.expect(201, `/v1/projects/${fork.id}/batches`, { body: change });
    expect(await ada.expect(200, `/v1/projects/${id}/files/src/a.ts`)).toMatchObject({ content: "export {};\n" });
    await ada.expect(204, `/v1/projects/${id}`, { method: "DELETE" });
    expect(await ada.expect(200, `/v1/projects/${fork.id}/files/icon.png`)).toMatchObject({ content: "AAEC/f7/" });
  });

  it("of a project without files has none either", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const fork = await ada.expect<Project>(201, `/v1/projects/${id}/fork`, { method: "POST" });
    expect(fork).toMatchObject({ name: "Test", head: 0 });
  });

  it("does not open contents that the other project got since", async () => {
    const { ada, id } = await withFiles();
    const fork = await ada.expect<Project>(201, `/v1/projects/${id}/fork`, { body: {} });
    const later = { operations: [{ op: "create", path: "later.txt", content: "later" }] };
    const { changes } = await ada.expect<{ changes: { sha256: string }[] }>(201, `/v1/projects/${id}/batches`, {
      body: later,
    });
    await ada.expect(200, `/v1/projects/${id}/blobs/${changes[0]?.sha256}`);
    await ada.problem(404, `/v1/projects/${fork.id}/blobs/${changes[0]?.sha256}`);
  });
});

describe("a diff", () => {
  it("is unified, file by file, and leaves bytes out", async () => {
    const { ada, id } = await withFiles();
    const operations = [
      { op: "update", path: "src/a.ts", content: "export const a = 1;\n" },
      { op: "update", path: "icon.png", content: "AAAA", encoding: "base64" },
      { op: "delete", path: "日本/emoji-😀.txt" },
      { op: "create", path: "b.txt", content: "no line end" },
    ];
    await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
    const diff = await ada.expect<Diff>(200, `/v1/projects/${id}/diff`);
    expect(diff).toMatchObject({ from: 1, to: 2 });
    const byPath = new Map(diff.data.map((one) => [one.path, one]));
    expect(byPath.get("src/a.ts")?.diff).toContain("-export {};\n+export const a = 1;\n");
    expect(byPath.get("icon.png")).toMatchObject({ binary: true, diff: null, action: "updated" });
    expect(byPath.get("日本/emoji-😀.txt")).toMatchObject({ action: "deleted", after: null });
    expect(byPath.get("b.txt")?.diff).toContain("\\ No newline at end of file");
    const back = await ada.expect<Diff>(200, `/v1/projects/${id}/diff?from=2&to=1`);
    expect(back.data.find(({ path }) => path === "b.txt")).toMatchObject({ action: "deleted" });
    expect((await ada.expect<Diff>(200, `/v1/projects/${id}/diff?from=2&to=2`)).data).toEqual([]);
    for (const query of ["from=3", "to=3", "from=x", "to=-1"])
      await ada.problem(404, `/v1/projects/${id}/diff?${query}`);
  });
});
