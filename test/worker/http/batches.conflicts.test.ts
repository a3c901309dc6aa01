import { describe, expect, it } from "vitest";
import type { BatchResult, FileContent } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, newProject, type Problem } from "../stage/client.ts";

const base = "one\ntwo\nthree\nfour\nfive\n";
const theirs = "ONE\ntwo\nthree\nfour\nfive\n";

type Conflict = { path: string; base: string | null; yours: string | null; theirs: string | null };

/**
 * Creates revision 1 with `text.txt` and `other.txt`, and revision 2, in which another client changed the first line of
 * `text.txt`.
 */
async function changedMeanwhile() {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada)).id}`;
  const batch = (body: object) => ada.expect<BatchResult>(201, `${at}/batches`, { body });
  await batch({
    operations: [
      { op: "create", path: "text.txt", content: base },
      { op: "create", path: "other.txt", content: "other" },
    ],
  });
  await batch({ operations: [{ op: "update", path: "text.txt", content: theirs }] });
  return { ada, at, batch };
}

const contentOf = async (caller: Caller, at: string, path: string): Promise<string> =>
  (await caller.expect<FileContent>(200, `${at}/files/${path}`)).content;

const update = (content: string, more: object = {}) => ({
  expectedRevision: 1,
  operations: [{ op: "update", path: "text.txt", content }],
  ...more,
});

const blobs = async (caller: Caller, at: string, problem: Problem): Promise<(string | null)[]> => {
  const [conflict] = problem.conflicts as Conflict[];
  if (!conflict) throw new Error("no conflict was told");
  const read = async (sha256: string | null) =>
    sha256 === null ? null : (await caller.expect<{ content: string }>(200, `${at}/blobs/${sha256}`)).content;
  return [await read(conflict.base), await read(conflict.theirs)];
};

describe("a batch made against an older revision", () => {
  it("A batch against an older revision is applied when none of its paths changed since", async () => {
    const { batch } = await changedMeanwhile();
    const result = await batch({
      expectedRevision: 1,
      operations: [{ op: "update", path: "other.txt", content: "mine" }],
    });
    expect(result.revision).toBe(3);
  });

  it("POST /batches returns 409 with base, yours and theirs when a path changed since, and changes nothing", async () => {
    const { ada, at } = await changedMeanwhile();
    const problem = await ada.problem(409, `${at}/batches`, { body: update("mine") });
    expect(problem).toMatchObject({
      code: "revision_conflict",
      conflicts: [
        { path: "text.txt", base: expect.any(String), yours: expect.any(String), theirs: expect.any(String) },
      ],
    });
    expect(await blobs(ada, at, problem)).toEqual([base, theirs]);
    expect(await contentOf(ada, at, "text.txt")).toBe(theirs);
    expect(await ada.expect(200, at)).toMatchObject({ head: 2 });
  });

  it("A conflict has null for a side without a file", async () => {
    const { ada, at, batch } = await changedMeanwhile();
    await batch({
      operations: [
        { op: "delete", path: "text.txt" },
        { op: "create", path: "fresh.txt", content: "f" },
      ],
    });
    const gone = await ada.problem(409, `${at}/batches`, { body: update("mine", { expectedRevision: 2 }) });
    expect(gone).toMatchObject({ conflicts: [{ path: "text.txt", theirs: null }] });
    const fresh = { expectedRevision: 2, operations: [{ op: "create", path: "fresh.txt", content: "mine" }] };
    expect(await ada.problem(409, `${at}/batches`, { body: fresh })).toMatchObject({
      conflicts: [{ path: "fresh.txt", base: null }],
    });
    const deleted = { expectedRevision: 1, operations: [{ op: "delete", path: "text.txt" }] };
    expect(await ada.problem(409, `${at}/batches`, { body: deleted })).toMatchObject({
      conflicts: [{ path: "text.txt", yours: null, theirs: null }],
    });
  });

  it("A batch with merge is applied when the changed lines differ", async () => {
    const { ada, at, batch } = await changedMeanwhile();
    const mine = "one\ntwo\nthree\nfour\nFIVE\n";
    const result = await batch(update(mine, { onConflict: "merge" }));
    expect(result.revision).toBe(3);
    expect(await contentOf(ada, at, "text.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  });

  it("POST /batches returns 409 when the same lines differ, with or without merge", async () => {
    const { ada, at } = await changedMeanwhile();
    const mine = "uno\ntwo\nthree\nfour\nfive\n";
    const problem = await ada.problem(409, `${at}/batches`, { body: update(mine, { onConflict: "merge" }) });
    expect(problem).toMatchObject({ code: "revision_conflict", conflicts: [{ path: "text.txt" }] });
    expect(await blobs(ada, at, problem)).toEqual([base, theirs]);
    expect(await contentOf(ada, at, "text.txt")).toBe(theirs);
  });

  it("A batch with one mergeable and one conflicting path changes nothing", async () => {
    const { ada, at, batch } = await changedMeanwhile();
    await batch({ operations: [{ op: "update", path: "other.txt", content: "theirs" }] });
    const body = {
      expectedRevision: 1,
      onConflict: "merge",
      operations: [
        { op: "update", path: "text.txt", content: "one\ntwo\nthree\nfour\nFIVE\n" },
        { op: "update", path: "other.txt", content: "mine" },
      ],
    };
    const problem = await ada.problem(409, `${at}/batches`, { body });
    expect((problem.conflicts as Conflict[]).map(({ path }) => path)).toContain("other.txt");
    expect(await contentOf(ada, at, "text.txt")).toBe(theirs);
  });

  it("A conflict of binary files is never merged", async () => {
    const { ada, at, batch } = await changedMeanwhile();
    const png = (content: string) => ({ op: "write", path: "a.png", content, encoding: "base64" });
    await batch({ operations: [png("AAAA")] });
    await batch({ operations: [png("AAAB")] });
    const body = { expectedRevision: 3, onConflict: "merge", operations: [png("AAAC")] };
    expect(await ada.problem(409, `${at}/batches`, { body })).toMatchObject({ conflicts: [{ path: "a.png" }] });
  });
});

describe("expectedSha256", () => {
  it("An expectedSha256 that differs is a conflict of its path, without a revision", async () => {
    const { ada, at } = await changedMeanwhile();
    const operations = [{ op: "update", path: "text.txt", content: "mine", expectedSha256: "0".repeat(64) }];
    const problem = await ada.problem(409, `${at}/batches`, { body: { operations } });
    expect(problem).toMatchObject({
      code: "revision_conflict",
      conflicts: [{ path: "text.txt", base: "0".repeat(64) }],
    });
  });

  it("An expectedSha256 of a deleted file is a conflict", async () => {
    const { ada, at } = await changedMeanwhile();
    const operations = [{ op: "write", path: "gone.txt", content: "mine", expectedSha256: "0".repeat(64) }];
    const problem = await ada.problem(409, `${at}/batches`, { body: { operations } });
    expect(problem).toMatchObject({ code: "revision_conflict", conflicts: [{ path: "gone.txt", theirs: null }] });
  });

  it("A batch with expectedSha256 and merge uses the content of that hash as the base", async () => {
    const { ada, at, batch } = await changedMeanwhile();
    const tree = await ada.expect<{ data: { path: string; sha256: string }[] }>(200, `${at}/files?revision=1`);
    const expectedSha256 = tree.data.find(({ path }) => path === "text.txt")?.sha256;
    const content = "one\ntwo\nthree\nfour\nFIVE\n";
    await batch({ onConflict: "merge", operations: [{ op: "write", path: "text.txt", content, expectedSha256 }] });
    expect(await contentOf(ada, at, "text.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  });

  it("An expectedSha256 guards a delete and a move", async () => {
    const { ada, at } = await changedMeanwhile();
    for (const operation of [
      { op: "delete", path: "text.txt" },
      { op: "move", path: "text.txt", to: "b.txt" },
    ]) {
      const operations = [{ ...operation, expectedSha256: "0".repeat(64) }];
      await ada.problem(409, `${at}/batches`, { body: { operations } });
    }
    expect(await contentOf(ada, at, "text.txt")).toBe(theirs);
  });
});

describe("If-Match", () => {
  it("A batch with If-Match is refused after any other batch", async () => {
    const { ada, at } = await changedMeanwhile();
    const etag = (await ada.request(at)).headers.get("etag") ?? "";
    const write = (content: string) => ({
      body: { operations: [{ op: "write", path: "other.txt", content }] },
      headers: { "If-Match": etag },
    });
    await ada.expect(201, `${at}/batches`, write("first"));
    const problem = await ada.problem(412, `${at}/batches`, write("second"));
    expect(problem.code).toBe("precondition_failed");
    expect(await contentOf(ada, at, "other.txt")).toBe("first");
  });
});

describe("concurrent batches", () => {
  it("Concurrent batches become one revision each, and none is lost", async () => {
    const { ada, at } = await changedMeanwhile();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        ada.expect<BatchResult>(201, `${at}/batches`, {
          body: { operations: [{ op: "create", path: `many/${n}.txt`, content: String(n) }] },
        }),
      ),
    );
    expect(results.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await ada.expect(200, at)).toMatchObject({ head: 10 });
  });

  it("Only one of concurrent batches that create a path succeeds, and the others get file_exists", async () => {
    const { ada, at } = await changedMeanwhile();
    const body = { operations: [{ op: "create", path: "once.txt", content: "x" }] };
    const answers = await Promise.all(Array.from({ length: 6 }, () => ada.request(`${at}/batches`, { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});
