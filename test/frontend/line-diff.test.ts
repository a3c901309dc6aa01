import { describe, expect, it } from "vitest";
import { diffLines, hunksOf } from "../../frontend/src/history/line-diff.ts";

const marks = { same: " ", added: "+", removed: "-" } as const;
const shown = (before: string, after: string) => diffLines(before, after).map((line) => marks[line.kind] + line.text);

describe("the lines that changed", () => {
  it("diffLines marks changed lines between unchanged ones", () => {
    expect(shown("a\nb\nc\n", "a\nB\nc\nd\n")).toEqual([" a", "-b", "+B", " c", "+d"]);
  });

  it("diffLines marks all lines of a created or deleted file", () => {
    expect(shown("", "a\nb\n")).toEqual(["+a", "+b"]);
    expect(shown("a\n", "")).toEqual(["-a"]);
    expect(shown("a\n", "a\n")).toEqual([" a"]);
  });

  it("diffLines yields lines that rebuild both texts", () => {
    const before = "one\ntwo\nthree\nfour\nfive\n";
    const after = "zero\ntwo\nthree\nfive\nfive\nsix\n";
    const lines = diffLines(before, after);
    const side = (skip: string) =>
      lines
        .filter((line) => line.kind !== skip)
        .map((line) => `${line.text}\n`)
        .join("");
    expect(side("added")).toBe(before);
    expect(side("removed")).toBe(after);
  });

  it("hunksOf groups changes with context, and joins hunks that touch", () => {
    const numbers = Array.from({ length: 40 }, (_, index) => String(index));
    const changed = numbers.with(5, "x").with(10, "y").with(30, "z");
    const hunks = hunksOf(diffLines(numbers.join("\n"), changed.join("\n")));
    expect(hunks.map((hunk) => hunk.lines.length)).toEqual([14, 8]);
  });

  it("Two texts that share next to nothing are diffed within two seconds, and rebuild both", () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 20_000 }, (_, index) => `new ${index}`);
    const from = performance.now();
    const lines = diffLines(["same", ...before].join("\n"), ["same", ...after].join("\n"));
    expect(performance.now() - from).toBeLessThan(2_000);
    expect(lines.filter(({ kind }) => kind !== "added").map(({ text }) => text)).toEqual(["same", ...before]);
    expect(lines.filter(({ kind }) => kind !== "removed").map(({ text }) => text)).toEqual(["same", ...after]);
  });
});
