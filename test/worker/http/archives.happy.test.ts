import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { FileContent, FileEntry, Project, RevisionDetail } from "../../../worker/contract/index.ts";
import { unzipByHand } from "../../properties/unzip.ts";
import { makeZip } from "../../properties/zip-maker.ts";
import { onPlan } from "../database/direct.ts";
import { type Caller, newAccount, newProject, type Page } from "../stage/client.ts";

type Tree = { revision: number; data: FileEntry[] };

const zip = { "Content-Type": "application/zip" };
const upload = (bytes: Uint8Array) => new Uint8Array(bytes);

async function aProject(name = "Test"): Promise<{ ada: Caller; at: string }> {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada, name)).id}`;
  await ada.expect(201, `${at}/batches`, {
    body: {
      operations: [
        { op: "create", path: "src/main.ts", content: "export {};\n" },
        { op: "create", path: "日本語 😀.md", content: "# é\r\n" },
        { op: "create", path: "pixel.png", content: "iVBORwD/", encoding: "base64" },
        { op: "create", path: "empty", content: "" },
      ],
    },
  });
  return { ada, at };
}

/** @returns random bytes, in chunks of 64 KB, workerd's maximum */
function randomOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

async function archiveOf(caller: Caller, path: string): Promise<{ answer: Response; bytes: Uint8Array }> {
  const answer = await caller.request(path);
  expect(answer.status).toBe(200);
  return { answer, bytes: await answer.bytes() };
}

describe("an archive", () => {
  it("An archive is a zip of the project's files, named after the project and its revision", async () => {
    const { ada, at } = await aProject("Ada's “app” (1)");
    const { answer, bytes } = await archiveOf(ada, `${at}/archive.zip`);
    expect(answer.headers.get("content-type")).toBe("application/zip");
    expect(answer.headers.get("content-disposition")).toBe(
      "attachment; filename*=UTF-8''Ada%27s%20%E2%80%9Capp%E2%80%9D%20%281%29-1.zip",
    );
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
    const files = unzipByHand(bytes);
    expect([...files.keys()].sort()).toEqual(["empty", "pixel.png", "src/main.ts", "日本語 😀.md"].sort());
    expect(new TextDecoder().decode(files.get("日本語 😀.md"))).toBe("# é\r\n");
    expect(files.get("pixel.png")?.length).toBe(6);
  });

  it("An archive of a revision has the same bytes every time, and an earlier revision's has the earlier files", async () => {
    const { ada, at } = await aProject();
    const first = await archiveOf(ada, `${at}/archive.zip`);
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "delete", path: "empty" }] } });
    const again = await archiveOf(ada, `${at}/archive.zip?revision=1`);
    expect(again.bytes).toEqual(first.bytes);
    expect(again.answer.headers.get("etag")).toBe(first.answer.headers.get("etag"));
    const second = await archiveOf(ada, `${at}/archive.zip`);
    expect(unzipByHand(second.bytes).has("empty")).toBe(false);
    expect(unzipByHand((await archiveOf(ada, `${at}/archive.zip?revision=0`)).bytes).size).toBe(0);
  });

  it("An archive reaches a slow reader intact, although the writer reuses its buffers", async () => {
    const ada = await onPlan(await newAccount(), "enterprise");
    const at = `/v1/projects/${(await newProject(ada, "Large")).id}`;
    // Several reads from the database, files of every length modulo 3, some that compress well and some that do not.
    const contents = new Map(
      Array.from({ length: 24 }, (_, index): [string, Uint8Array] => [
        `data/${String(index).padStart(2, "0")}`,
        index % 3 === 0 ? new Uint8Array(300_000 + index).fill(index) : randomOf(120_000 + index),
      ]),
    );
    const operations = [...contents].map(([path, bytes]) => ({
      op: "create",
      path,
      encoding: "base64",
      content: Buffer.from(bytes).toString("base64"),
    }));
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const answer = await ada.request(`${at}/archive.zip`);
    const archive: Uint8Array[] = [];
    for await (const piece of answer.body ?? []) {
      archive.push(piece.slice());
      if (archive.length % 8 === 0) await scheduler.wait(0);
    }
    const files = unzipByHand(Buffer.concat(archive));
    expect([...files.keys()]).toEqual([...contents.keys()]);
    for (const [path, bytes] of contents) expect(Buffer.from(files.get(path) ?? []).equals(bytes), path).toBe(true);
  });

  it("HEAD of an archive returns the headers of GET and does not write an archive", async () => {
    const { ada, at } = await aProject("Ada");
    const answer = await ada.request(`${at}/archive.zip`, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''Ada-1.zip");
    expect(await answer.text()).toBe("");
  });

  it("GET of an archive returns 304 for the ETag of the revision", async () => {
    const { ada, at } = await aProject();
    const { answer } = await archiveOf(ada, `${at}/archive.zip`);
    const etag = answer.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const known = await ada.request(`${at}/archive.zip`, { headers: { "If-None-Match": etag } });
    expect(known.status).toBe(304);
    expect(known.headers.get("etag")).toBe(etag);
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "delete", path: "empty" }] } });
    const other = await ada.request(`${at}/archive.zip`, { headers: { "If-None-Match": etag } });
    expect(other.status).toBe(200);
    await other.bytes();
  });
});

describe("an import", () => {
  it("POST /projects/import creates a project with the archive's files as its first revision", async () => {
    const { ada, at } = await aProject();
    const { bytes } = await archiveOf(ada, `${at}/archive.zip`);
    const answer = await ada.request("/v1/projects/import?name=A%20copy", { body: upload(bytes), headers: zip });
    expect(answer.status).toBe(201);
    const project = await answer.json<Project>();
    expect(project).toMatchObject({ name: "A copy", head: 1, visibility: "private" });
    expect(answer.headers.get("location")).toBe(`/v1/projects/${project.id}`);
    expect(answer.headers.get("etag")).toBe((await ada.request(`/v1/projects/${project.id}`)).headers.get("etag"));
    const copy = `/v1/projects/${project.id}`;
    const { data } = await ada.expect<Tree>(200, `${copy}/files`);
    expect(data).toEqual((await ada.expect<Tree>(200, `${at}/files`)).data);
    expect(await ada.expect<RevisionDetail>(200, `${copy}/revisions/1`)).toMatchObject({
      message: "Import",
      stats: { created: 4, updated: 0, deleted: 0, moved: 0 },
    });
    expect((await archiveOf(ada, `${copy}/archive.zip`)).bytes).toEqual(bytes);
  });

  it("POST /projects/import stores invalid UTF-8 as base64, and works without a project name", async () => {
    const ada = await newAccount();
    const body = upload(
      makeZip([
        { name: "text.txt", content: "\ufeffwith its mark", method: "deflate" },
        { name: "zero.txt", content: "a\0b" },
        { name: "latin1.txt", content: new Uint8Array([0xe9]) },
        { name: "folder/" },
      ]),
    );
    const project = await ada.expect<Project>(201, "/v1/projects/import", {
      body,
      headers: { "Content-Type": "Application/ZIP; q=1" },
    });
    expect(project.name).toBe("Imported project");
    const read = (path: string) => ada.expect<FileContent>(200, `/v1/projects/${project.id}/files/${path}`);
    expect(await read("text.txt")).toMatchObject({ encoding: "utf-8", content: "\ufeffwith its mark" });
    expect(await read("zero.txt")).toMatchObject({ encoding: "base64", content: "YQBi", bytes: 3 });
    expect(await read("latin1.txt")).toMatchObject({ encoding: "base64", content: "6Q==", bytes: 1 });
    expect((await ada.expect<Tree>(200, `/v1/projects/${project.id}/files`)).data).toHaveLength(3);
  });

  it("POST /projects/import with a repeated Idempotency-Key creates one project", async () => {
    const ada = await newAccount();
    const body = upload(makeZip([{ name: "a", content: "a" }]));
    const send = () =>
      ada.request("/v1/projects/import", { body, headers: { ...zip, "Idempotency-Key": "import-once" } });
    const [first, again] = [await send(), await send()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toHaveLength(1);
  });
});
