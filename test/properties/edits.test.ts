import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceEach } from "../../worker/agents/tools/edits.ts";
import { finderOf } from "../../worker/agents/tools/find-text.ts";
import { runsOf } from "./stage.ts";

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
/** Distinct lines, with any line ends. */
const file = fc.array(lineEnd, { minLength: 1, maxLength: 12 }).map((ends) => ends.map((end, at) => ({ at, end })));
const unified = (text: string): string => text.replace(/\r\n?/g, "\n");
const edited = (content: string, find: string, replace: string): string => {
  const result = replaceEach(content, [{ find, replace }]);
  if ("fault" in result) throw new Error(result.fault);
  return result.content;
};

describe("a model's edit, which uses line feeds alone", () => {
  it("an edit changes the lines of a file as if it had line feeds, and leaves every byte before and after unchanged", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(), fc.array(fc.constant("new"), { maxLength: 3 }), fc.boolean(), (...all) => {
        const [lines, one, other, fresh, isEnded] = all;
        const raw = lines.map(({ at, end }) => `line ${at};${end}`);
        const last = isEnded ? "" : "the last";
        const [from = 0, to = 0] = [one % lines.length, other % lines.length].sort((a, b) => a - b);
        const find = unified(raw.slice(from, to + 1).join(""));
        const replace = fresh.map((line) => `${line}\n`).join("");
        const result = edited(raw.join("") + last, find, replace);
        const before = raw.slice(0, from).join("");
        const after = raw.slice(to + 1).join("") + last;
        expect(unified(result)).toBe(unified(before) + replace + unified(after));
        expect(result.startsWith(before)).toBe(true);
        expect(result.endsWith(after)).toBe(true);
      }),
      { numRuns: runsOf(2_000) },
    );
  });

  it("an edit inserts lines with a file's uniform line ends", () => {
    fc.assert(
      fc.property(lineEnd, fc.integer({ min: 1, max: 8 }), fc.nat(), fc.boolean(), (end, count, place, isEnded) => {
        const lines = Array.from({ length: count + 1 }, (_, at) => `line ${at};`);
        const raw = lines.join(end) + (isEnded ? end : "");
        const at = place % lines.length;
        const result = edited(raw, `line ${at};`, `line ${at};\nmore\n\nand more`);
        expect(result).toBe(raw.replace(`line ${at};`, `line ${at};${end}more${end}${end}and more`));
      }),
      { numRuns: runsOf(1_000) },
    );
  });
});

describe("finderOf", () => {
  it("finderOf finds the same indexes as the platform's search, from any start", () => {
    const letters = fc.array(fc.constantFrom("a", "b"), { maxLength: 120 }).map((all) => all.join(""));
    fc.assert(
      fc.property(letters, fc.nat({ max: 60 }), fc.nat({ max: 80 }), fc.nat({ max: 60 }), (text, at, length, from) => {
        const sought = text.slice(at, at + length);
        expect(finderOf(sought)(text, from)).toBe(text.indexOf(sought, from));
        expect(finderOf(`${sought}${"b".repeat(33)}`)(text)).toBe(text.indexOf(`${sought}${"b".repeat(33)}`));
      }),
      { numRuns: runsOf(3_000) },
    );
  });

  it("finderOf takes no longer for repetitive texts: fifty edits of half a megabyte end within 3 s", () => {
    const half = "a".repeat(25_000);
    const content = `${"a".repeat(400_000)}${half}b${half}`;
    const edits = Array.from({ length: 50 }, (_, at) => ({
      find: `${half}${at % 2 === 0 ? "b" : "c"}${half}`,
      replace: `${half}${at % 2 === 0 ? "c" : "b"}${half}`,
    }));
    const from = performance.now();
    expect(replaceEach(content, edits)).toEqual({ content });
    expect(performance.now() - from).toBeLessThan(3_000);
  });

  it("an edit of a missing text is refused quickly with the nearest lines, however long the file's lines are", () => {
    const content = Array.from({ length: 5_000 }, (_, at) => `${at} ${"word ".repeat(100)}`).join("\n");
    const from = performance.now();
    expect(replaceEach(content, [{ find: "3 word word wird", replace: "" }])).toHaveProperty("fault");
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
