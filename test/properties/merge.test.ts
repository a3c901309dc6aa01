import { Buffer } from "node:buffer";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../worker/contract/index.ts";
import { getProject, listFiles, readFile } from "../../worker/projects/index.ts";
import { mergeText, newMergeWork } from "../../worker/projects/merge.ts";
import { codeOf, openStage, runsOf, type Stage } from "./stage.ts";
import { sha256Of } from "./tree-model.ts";

type Edit = "keep" | "delete" | "replace" | "insert";
const edits = fc.array(fc.constantFrom<Edit>("keep", "keep", "keep", "keep", "delete", "replace", "insert"), {
  minLength: 10,
  maxLength: 10,
});

/** Ten distinct lines, changed by each side with lines of its own, so that every line shows its origin. */
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
  it("a clean merge has every line that either side inserted, and none that either deleted", () => {
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

  it("a clean merge keeps each side's lines in that side's order", () => {
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

  it("a clean merge is the same for both orders of the sides", () => {
    fc.assert(
      fc.property(texts, ({ yours, base, theirs }) => {
        expect(mergeText(yours, base, theirs)).toBe(mergeText(theirs, base, yours));
      }),
      { numRuns: runsOf(3_000) },
    );
  });
});

describe("a merge", () => {
  it("a merge is clean when two lines separate the changes", () => {
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

  it("a merge of a change with none, or with the same, is that change, whatever the text", () => {
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

/** Few distinct lines, each many times, so that a side's changes have many explanations. */
const alike = fc
  .record({
    base: fc.array(fc.constantFrom("", "{", "}", "a"), { maxLength: 30 }),
    yours: fc.array(fc.constantFrom<Edit>("keep", "keep", "keep", "delete", "replace", "insert"), {
      minLength: 30,
      maxLength: 30,
    }),
    theirs: fc.array(fc.constantFrom<Edit>("keep", "keep", "keep", "delete", "replace", "insert"), {
      minLength: 30,
      maxLength: 30,
    }),
  })
  .map(({ base, yours, theirs }) => ({
    base,
    yours: base.flatMap((line, at) => changedAlike(line, yours[at], "yours")),
    theirs: base.flatMap((line, at) => changedAlike(line, theirs[at], "theirs")),
  }));

function changedAlike(line: string, how: Edit | undefined, side: string): string[] {
  if (how === "delete") return [];
  if (how === "replace") return [side];
  return how === "insert" ? [line, side] : [line];
}

const ended = (lines: string[]): string => lines.map((line) => `${line}\n`).join("");
const countOf = (text: string, line: string): number => text.split("\n").filter((one) => one === line).length;

/** Merges three texts with a work limit of their own, and returns the steps that it took. `npm run bench merge` has the times. */
function stepsOf(yours: string, base: string, theirs: string): number {
  const work = newMergeWork();
  mergeText(yours, base, theirs, work);
  return newMergeWork().steps - work.steps;
}

const maxSteps = newMergeWork().steps;

describe("a merge of texts with many equal lines", () => {
  it("a clean merge of repetitive texts keeps each side's insertions, and neither loses nor duplicates a common line", () => {
    let clean = 0;
    fc.assert(
      fc.property(alike, ({ yours, base, theirs }) => {
        const [y, b, t] = [ended(yours), ended(base), ended(theirs)];
        const merged = mergeText(y, b, t);
        expect(mergeText(t, b, y)).toBe(merged);
        if (merged === null) return;
        clean += 1;
        expect(countOf(merged, "yours")).toBe(countOf(y, "yours"));
        expect(countOf(merged, "theirs")).toBe(countOf(t, "theirs"));
        for (const line of ["{", "}", "a"]) {
          const [ofYours, ofBase, ofTheirs] = [y, b, t].map((text) => countOf(text, line));
          // A line that both sides deleted at one place is deleted once.
          expect(countOf(merged, line)).toBeGreaterThanOrEqual((ofYours ?? 0) + (ofTheirs ?? 0) - (ofBase ?? 0));
          expect(countOf(merged, line)).toBeLessThanOrEqual(Math.min(ofYours ?? 0, ofTheirs ?? 0));
        }
      }),
      { numRuns: runsOf(3_000) },
    );
    expect(clean).toBeGreaterThan(runsOf(3_000) / 50);
  });

  it("a merge stays within its work limit, however many lines there are and however often each occurs", () => {
    const shape = fc.record({
      period: fc.integer({ min: 1, max: 7 }),
      gap: fc.integer({ min: 1, max: 60 }),
      length: fc.integer({ min: 2_000, max: 40_000 }),
    });
    const made = ({ period, gap, length }: { period: number; gap: number; length: number }) =>
      Array.from({ length }, (_, at) => (at % gap === 0 ? `${at}\n` : `${at % period}\n`)).join("");
    fc.assert(
      fc.property(shape, shape, shape, (yours, base, theirs) => {
        expect(stepsOf(made(yours), made(base), made(theirs))).toBeLessThanOrEqual(maxSteps);
      }),
      { numRuns: runsOf(30) },
    );
  });
});

describe("merging texts whose lines are much alike", () => {
  const blank = "\n".repeat(51_200);

  it("a merge of insertions at both ends of 50 KB of blank lines compares no lines", () => {
    expect(mergeText(`top\n${blank}`, blank, `${blank}end\n`)).toBe(`top\n${blank}end\n`);
    expect(stepsOf(`top\n${blank}`, blank, `${blank}end\n`)).toBe(0);
  });

  it("a merge of separate changes amid blank lines keeps both", () => {
    const base = `${"\n".repeat(1_000)}middle\n${"\n".repeat(1_000)}`;
    const yours = base.replace("middle", "\n\nmiddle");
    const theirs = base.replace("middle\n", "middle\n\n\n\n").replace(/\n$/, "\nend\n");
    const merged = mergeText(yours, base, theirs);
    // The comparison decides whether changes on both sides of one line are separate; a loss is never allowed.
    if (merged !== null) expect(merged.split("\n")).toEqual(expect.arrayContaining(["middle", "end"]));
    expect(mergeText(`${base}end\n`, base, `top\n${base}`)).toBe(`top\n${base}end\n`);
  });

  it("a merge stays within its work limit for every hostile pair of texts, clean or not", () => {
    const periodic = (period: number) => Array.from({ length: 25_000 }, (_, at) => at % period).join("\n");
    const marked = (gap: number, mark: string) =>
      Array.from({ length: 25_000 }, (_, at) => (at % gap === 0 ? mark + at : "")).join("\n");
    const hostile: [string, string, string][] = [
      [periodic(2), periodic(3), periodic(5)],
      [marked(2, "a"), blank, marked(3, "b")],
      [marked(50, "a"), blank, marked(49, "b")],
      [marked(7, "a"), marked(7, "b"), marked(7, "c")],
      [blank.slice(0, 20_000), blank, `${blank}${blank}x`],
      [`x${blank.slice(0, 20_000)}y${blank.slice(0, 9)}`, blank, `z${blank.slice(0, 30_000)}`],
    ];
    for (const [yours, base, theirs] of hostile) expect(stepsOf(yours, base, theirs)).toBeLessThanOrEqual(maxSteps);
  });

  it("a side that differs everywhere counts as one change, and merges cleanly with a separate one", () => {
    const many = (side: string) => Array.from({ length: 3_000 }, (_, at) => `${side} ${at}\n`).join("");
    const base = `first\nsecond\nthird\n${many("base")}`;
    const yours = `first\nsecond\nthird\n${many("yours")}`;
    const theirs = base.replace("first", "erste");
    expect(mergeText(yours, base, theirs)).toBe(yours.replace("first", "erste"));
    expect(mergeText(yours, base, base.replace("base 1500\n", "theirs\n"))).toBeNull();
  });

  it("the merges of a batch share one work limit, which the first of a thousand use up", () => {
    const lines = (side: string) => Array.from({ length: 600 }, (_, at) => `${side} ${at}\n`).join("");
    const work = newMergeWork();
    const left = Array.from({ length: 1_000 }, () => {
      mergeText(lines("yours"), lines("base"), lines("theirs"), work);
      return work.steps;
    });
    expect(left.at(-1)).toBeGreaterThanOrEqual(0);
    // A merge takes the square of its edits, so the few steps that stay are those for shorter and shorter comparisons.
    expect(left[9]).toBeLessThan(maxSteps / 100);
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

  it("a merged batch holds the merge of its texts or is refused with base, yours and theirs, and binary files are never merged", async () => {
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

  it("a change is not merged with a deletion or a move, in either order", async () => {
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
