import { applyPatch, createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiffs } from "../../worker/projects/unified-diff.ts";
import { runsOf } from "./stage.ts";

const text = fc
  .tuple(fc.array(fc.constantFrom("", "a", "b", "{", "c\r"), { maxLength: 24 }), fc.boolean())
  .map(([lines, isEnded]) => lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : ""));

const library = (before: string, after: string): string =>
  createTwoFilesPatch("a/x", "b/x", before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });

const applied = (text: string, patch: string | null): string | false =>
  applyPatch(text, patch ?? "", { autoConvertLineEndings: false });

describe("a unified diff", () => {
  it("a unified diff turns the first text into the second, and backwards the second into the first", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diffOf = unifiedDiffs();
        expect(applied(before, diffOf("x", before, after))).toBe(after);
        expect(applied(after, diffOf("x", after, before))).toBe(before);
      }),
      { numRuns: runsOf(3_000) },
    );
  });

  it("the diff of a change inside a long text has the same lines as one of the whole texts", () => {
    const long = Array.from({ length: 60 }, (_, at) => `line ${at}\n`);
    fc.assert(
      fc.property(
        fc.nat({ max: 59 }),
        fc.nat({ max: 6 }),
        fc.array(fc.constant("new\n"), { maxLength: 3 }),
        (...all) => {
          const [at, length, fresh] = all;
          const before = long.join("");
          const after = long.toSpliced(at, length, ...fresh).join("");
          expect(unifiedDiffs()("x", before, after)).toBe(library(before, after));
        },
      ),
      { numRuns: runsOf(500) },
    );
  });

  it("the diff of two megabytes of blank or repetitive lines is computed or given up within 1.5 s", () => {
    const lines = (count: number, line: (at: number) => string) =>
      Array.from({ length: count }, (_, at) => line(at)).join("\n");
    const blank = "\n".repeat(500_000);
    const pairs: [string, string][] = [
      [blank, `x\n${blank}`],
      [blank, lines(500_000, (at) => (at % 50 === 0 ? `m${at}` : ""))],
      [lines(90_000, (at) => String(at % 2)), lines(90_000, (at) => String(at % 3))],
    ];
    for (const [before, after] of pairs) {
      const from = performance.now();
      unifiedDiffs()("x", before, after);
      expect(performance.now() - from).toBeLessThan(1_500);
    }
  });
});
