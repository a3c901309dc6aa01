import { describe, expect, it } from "vitest";
import { withKnownEntries } from "../../frontend/src/api/known-entries.ts";

const entry = (path: string, revision: number) => ({
  path,
  bytes: 10,
  sha256: `${revision}`.repeat(64),
  language: "typescript",
  encoding: "utf-8" as const,
  revision,
});

describe("a newer list of files", () => {
  const known = { head: 2, data: [entry("a.ts", 1), entry("b.ts", 1), entry("c.ts", 2)] };

  it("A newer list keeps the entries of files that have not changed, and takes a written, an added and a deleted one", () => {
    const next = { head: 3, data: [entry("a.ts", 1), entry("c.ts", 3), entry("d.ts", 3)] };
    const list = withKnownEntries(known, next);
    expect(list).toEqual(next);
    expect(list.data[0]).toBe(known.data[0]);
    expect(list.data[1]).toBe(next.data[1]);
  });

  it("A newer list keeps the array where every file is as before, and drops it where one was deleted", () => {
    const same = withKnownEntries(known, { head: 3, data: known.data.map((one) => ({ ...one })) });
    expect(same.head).toBe(3);
    expect(same.data).toBe(known.data);
    expect(withKnownEntries(known, { head: 3, data: known.data.slice(0, 2) }).data).toHaveLength(2);
  });
});
