import { applyPatch } from "diff";
import { describe, expect, it } from "vitest";
import type { Diff } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, newProject } from "../stage/client.ts";

const before = "one\ntwo\nthree\n";
const after = "one\n2\nthree\nfour";

/**
 * Creates revision 1 with a, gone and pixel, and revision 2 with a changed, gone deleted, new created and pixel
 * changed.
 */
async function twoRevisions(): Promise<{ ada: Caller; at: string }> {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada)).id}`;
  const batches = [
    [
      { op: "create", path: "a.txt", content: before },
      { op: "create", path: "gone é.txt", content: "bye\n" },
      { op: "create", path: "pixel", content: "AAAA", encoding: "base64" },
    ],
    [
      { op: "update", path: "a.txt", content: after },
      { op: "delete", path: "gone é.txt" },
      { op: "create", path: "new.txt", content: "hello\n" },
      { op: "update", path: "pixel", content: "AAAB", encoding: "base64" },
    ],
  ];
  for (const operations of batches) await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at };
}

describe("a diff", () => {
  it("A diff is unified, ordered by path, and by default from the previous revision to the head", async () => {
    const { ada, at } = await twoRevisions();
    const diff = await ada.expect<Diff>(200, `${at}/diff`);
    expect(diff).toMatchObject({ from: 1, to: 2 });
    expect(diff.data.map(({ path, action, binary }) => ({ path, action, binary }))).toEqual([
      { path: "a.txt", action: "updated", binary: false },
      { path: "gone é.txt", action: "deleted", binary: false },
      { path: "new.txt", action: "created", binary: false },
      { path: "pixel", action: "updated", binary: true },
    ]);
    expect(diff.data[0]?.diff).toBe(
      "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n+four\n\\ No newline at end of file\n",
    );
    expect(diff.data[3]).toMatchObject({ diff: null, before: expect.any(String), after: expect.any(String) });
    expect(diff.data[1]?.after).toBeNull();
    expect(await ada.expect<Diff>(200, `${at}/diff?from=1&to=2`)).toEqual(diff);
  });

  it("A diff applies in both directions", async () => {
    const { ada, at } = await twoRevisions();
    const patch = async (query: string) => (await ada.expect<Diff>(200, `${at}/diff?${query}`)).data[0]?.diff ?? "";
    expect(applyPatch(before, await patch("from=1&to=2"))).toBe(after);
    expect(applyPatch(after, await patch("from=2&to=1"))).toBe(before);
    expect(applyPatch("", await patch("from=0&to=1"))).toBe(before);
  });

  it("The side of a diff on which a file does not exist is /dev/null, so that git apply creates and deletes it", async () => {
    const { ada, at } = await twoRevisions();
    const [, gone, fresh] = (await ada.expect<Diff>(200, `${at}/diff`)).data;
    expect(gone?.diff).toBe('--- "a/gone \\303\\251.txt"\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-bye\n');
    expect(fresh?.diff).toBe("--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,1 @@\n+hello\n");
  });

  it("A diff of a revision with itself is empty, and so is the diff of an empty project", async () => {
    const { ada, at } = await twoRevisions();
    expect((await ada.expect<Diff>(200, `${at}/diff?from=2&to=2`)).data).toEqual([]);
    const { id } = await newProject(ada);
    expect(await ada.expect<Diff>(200, `/v1/projects/${id}/diff`)).toEqual({ from: 0, to: 0, data: [] });
  });

  it("A diff of texts without a common line replaces the whole text quickly, and applies", async () => {
    const { ada, at } = await twoRevisions();
    const lines = (word: string) => Array.from({ length: 6_000 }, (_, at) => `${word}${at}`).join("\n");
    for (const content of [lines("a"), lines("b")]) {
      const operations = ["1", "2", "3", "4"].map((path) => ({ op: "write", path, content }));
      await ada.expect(201, `${at}/batches`, { body: { operations } });
    }
    const { data } = await ada.expect<Diff>(200, `${at}/diff`);
    expect(data).toHaveLength(4);
    for (const { diff } of data) expect(applyPatch(lines("a"), diff ?? "")).toBe(lines("b"));
  });

  it("GET of a diff returns 404 for a revision that does not exist", async () => {
    const { ada, at } = await twoRevisions();
    for (const query of ["from=3", "to=3", "to=99999999999"]) {
      expect((await ada.problem(404, `${at}/diff?${query}`)).code).toBe("not_found");
    }
  });
});
