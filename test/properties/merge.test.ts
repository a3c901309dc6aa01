import { Buffer } from "node:buffer";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../worker/contract/index.ts";
import { getProject, listFiles, readFile } from "../../worker/projects/index.ts";
import { mergeText } from "../../worker/projects/merge.ts";
import { codeOf, openStage, runsOf, type Stage } from "./stage.ts";
import { sha256Of } from "./tree-model.ts";

type Edit = "keep" | "delete" | "replace" | "insert";
const edits = fc.array(fc.constantFrom<Edit>("keep", "keep", "keep", "keep", "delete", "replace", "insert"), {
  minLength: 10,
  maxLength: 10,
});

/** Ten lines, each there once, changed by each side with lines of its own, so that every line tells where it is from. */
const texts = fc
  .record({
    yours: edits,
    theirs: edits,
    ends: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    length: fc.nat({ max: 10 }),
  })
  .map(({ yours, theirs, ends, length }) => {
    const base = Array.from({ length }, (_, at) => `base ${at}`);
    return {
      yours: textOf(edited(base, yours, "yours"), ends[0]),
      base: textOf(base, ends[1]),
      theirs: textOf(edited(base, theirs, "theirs"), ends[2]),
    };
  });

const edited = (base: string[], how: Edit[], side: string): string[] =>
  base.flatMap((line, at) => {
    switch (how[at]) {
      case "delete":
        return [];
      case "replace":
        return [`${side} ${at}`];
      case "insert":
        return [line, `${side} ${at}`];
      default:
        return [line];
    }
  });

const textOf = (lines: string[], isEnded: boolean): string =>
  lines.length === 0 ? "" : lines.join("\n") + (isEnded ? "\n" : "");
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

describe("a merge that is clean", () => {
  it("has every line that either side put in, and none that either took out", () => {
    let clean = 0;
    fc.assert(
      fc.property(texts, ({ yours, base, theirs }) => {
        const merged = mergeText(yours, base, theirs);
        if (merged === null) return;
        clean += 1;
        const [y, b, t] = [linesOf(yours), linesOf(base), linesOf(theirs)];
        const put = [...y, ...t].filter((line) => !b.includes(line));
        const kept = b.filter((line) => y.includes(line) && t.includes(line));
        expect([...linesOf(merged)].sort()).toEqual([...new Set([...kept, ...put])].sort());
      }),
      { numRuns: runsOf(5_000) },
    );
    expect(clean).toBeGreaterThan(runsOf(5_000) / 50);
  });

  it("keeps each side's lines in that side's order", () => {
    fc.assert(
      fc.property(texts, ({ yours, base, theirs }) => {
        const merged = mergeText(yours, base, theirs);
        if (merged === null) return;
        for (const side of [linesOf(yours), linesOf(theirs)]) {
          const left = linesOf(merged).filter((line) => side.includes(line));
          expect(left).toEqual(side.filter((line) => left.includes(line)));
        }
      }),
      { numRuns: runsOf(3_000) },
    );
  });

  it("is the same whoever came first", () => {
    fc.assert(
      fc.property(texts, ({ yours, base, theirs }) => {
        expect(mergeText(yours, base, theirs)).toBe(mergeText(theirs, base, yours));
      }),
      { numRuns: runsOf(3_000) },
    );
  });
});

describe("a merge", () => {
  it("is clean where two lines lie between the changes", () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.integer({ min: 6, max: 9 }), edits, (first, second, how) => {
        const base = Array.from({ length: 10 }, (_, at) => `base ${at}`);
        const only = (place: number): Edit[] => base.map((_, at) => (at === place ? (how[at] ?? "keep") : "keep"));
        const yours = textOf(edited(base, only(first), "yours"), true);
        const theirs = textOf(edited(base, only(second), "theirs"), true);
        expect(mergeText(yours, textOf(base, true), theirs)).not.toBeNull();
      }),
      { numRuns: runsOf(500) },
    );
  });

  it("of a change with none, or with the same, is that change, whatever the text", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "", "\r", "é"), { maxLength: 12 })
      .chain((lines) => fc.constantFrom(lines.join("\n"), `${lines.join("\n")}\n`));
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(mergeText(changed, base, base)).toBe(changed);
        expect(mergeText(base, base, changed)).toBe(changed);
        expect(mergeText(changed, base, changed)).toBe(changed);
      }),
      { numRuns: runsOf(2_000) },
    );
  });
});

describe("a batch that merges", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(async () => stage.stop());

  const side = fc.constantFrom<"utf-8" | "base64">("utf-8", "utf-8", "utf-8", "base64");
  const write = (path: string, text: string, encoding: "utf-8" | "base64"): Operation =>
    encoding === "utf-8"
      ? { op: "write", path, content: text }
      : { op: "write", path, encoding, content: Buffer.from(text).toString("base64") };

  it("holds the merge of its texts, or is refused whole with base, yours and theirs; what is not text is never merged", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.tuple(side, side, side), async ({ yours, base, theirs }, encodings) => {
        const projectId = await stage.newProject();
        await stage.apply(projectId, { operations: [write("a", base, encodings[0])] });
        await stage.apply(projectId, { operations: [write("a", theirs, encodings[1])] });
        const operations = [write("a", yours, encodings[2]), write("beside", "new", "utf-8")];
        const send = () => stage.apply(projectId, { operations, expectedRevision: 1, onConflict: "merge" });
        const merged = encodings.includes("base64") ? null : mergeText(yours, base, theirs);
        if (merged !== null) {
          await send();
          expect((await readFile(stage.context, { projectId, path: "a" })).content).toBe(merged);
          return;
        }
        const [b, t, y] = [base, theirs, yours].map((text) => sha256Of(Buffer.from(text)));
        await expect(send()).rejects.toMatchObject({
          code: "revision_conflict",
          members: { conflicts: [{ path: "a", base: b, yours: y, theirs: t }] },
        });
        expect((await getProject(stage.context, projectId)).head).toBe(2);
        expect((await listFiles(stage.context, { projectId })).data.map(({ path }) => path)).toEqual(["a"]);
      }),
      { numRuns: runsOf(120) },
    );
  });

  it("does not merge a change with a deletion or a move, either way round", async () => {
    const change: Operation[] = [{ op: "update", path: "a", content: "changed\n" }];
    const others: Operation[][] = [[{ op: "delete", path: "a" }], [{ op: "move", path: "a", to: "b" }]];
    for (const other of others) {
      for (const [first, second] of [
        [change, other],
        [other, change],
      ] as const) {
        const projectId = await stage.newProject();
        await stage.apply(projectId, { operations: [{ op: "create", path: "a", content: "as it was\n" }] });
        await stage.apply(projectId, { operations: [...first] });
        const code = await codeOf(() =>
          stage.apply(projectId, { operations: [...second], expectedRevision: 1, onConflict: "merge" }),
        );
        expect(code).toBe("revision_conflict");
        expect((await getProject(stage.context, projectId)).head).toBe(2);
      }
    }
  });
});
