import { describe, expect, it } from "vitest";
import { matcherOf } from "../../../worker/agents/tools/search-pattern.ts";

const matches = (pattern: string, line: string): boolean => {
  const matcher = matcherOf(pattern, true);
  if ("fault" in matcher) throw new Error(matcher.fault);
  return matcher.indexIn(line) >= 0;
};

const patterns = [
  "abc",
  "a.c",
  "^a",
  "c$",
  "^abc$",
  "a|b",
  "(a|b)c",
  "a*",
  "a+b",
  "ab?c",
  "a{2}",
  "a{2,}",
  "a{1,2}b",
  "[abc]+d",
  "[^a]c",
  "[a-c0-9]$",
  "\\d+",
  "\\D",
  "\\w+\\s\\w+",
  "\\bcat\\b",
  "\\Bat",
  "(?:ab)+",
  "(a(b|c))+d",
  "x*y*z",
  "\\.",
  "\\[",
  "[\\]]",
  "a{",
  "a{,2}",
  "",
  "()",
  "a||b",
  "[-a]",
  "[a-]",
  "\\u0061b",
  "\\x61",
  "^$",
  "a*?b",
  "(a*)*b",
  "[\\w-]+@[\\w.]+",
];
const lines = [
  "",
  "abc",
  "ac",
  "aabbcc",
  "cat",
  "a cat sat",
  "concat",
  "abab",
  "acabd",
  "xyz",
  "a.c",
  "[a]",
  "a{",
  "12 ab",
  "z",
  "me@host.example",
  "a-b",
  "aaaa",
  "bcd",
  "a{,2}",
];

describe("the search's regular expressions", () => {
  it("Regular expressions match as JavaScript's do, where both support them", () => {
    for (const pattern of patterns) {
      for (const line of lines) {
        expect(matches(pattern, line), `${pattern} on ${JSON.stringify(line)}`).toBe(new RegExp(pattern).test(line));
      }
    }
  });

  it.each(["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"])(
    "Regular expressions match %s in linear time",
    (pattern) => {
      const before = performance.now();
      for (let round = 0; round < 5; round++) matches(pattern, `${"a".repeat(2_000)}!`);
      expect(performance.now() - before).toBeLessThan(1_000);
    },
  );

  it("Regular expressions are refused when their counts make them huge", () => {
    expect(matcherOf("((a{100}){100}){100}", true)).toHaveProperty("fault");
    expect(matcherOf("(".repeat(400), true)).toHaveProperty("fault");
  });

  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];
  const subjects = ["a", "p", "p{L}", "é", "L", "0", "\n", "\t", "\f", "\v", "\r", "\0", "_", " "];

  /** Compiles a pattern in Unicode mode, which takes no letter escape literally; null when JavaScript refuses it. */
  const native = (pattern: string): RegExp | null => {
    try {
      return new RegExp(pattern, "u");
    } catch {
      return null;
    }
  };

  it.each(letters)("The escape \\%s is refused, or means what it means in JavaScript", (letter) => {
    for (const pattern of [`\\${letter}`, `[\\${letter}]`, `x\\${letter}`]) {
      if ("fault" in matcherOf(pattern, true)) continue;
      const expected = native(pattern);
      expect(expected, `${pattern} is accepted`).not.toBeNull();
      for (const subject of subjects) expect(matches(pattern, subject), pattern).toBe(expected?.test(subject));
    }
  });

  it.each([
    "\\p{L}",
    "\\P{L}",
    "[\\p{L}]",
    "\\u{61}",
    "\\u61",
    "\\x6",
    "\\cA",
    "\\Astart",
    "end\\z",
    "a++",
    "a**",
    "a{2}{3}",
    "{2}a",
    "*a",
    "a+*",
  ])("A pattern of another engine is refused with the reason: %s", (pattern) =>
    expect(matcherOf(pattern, true)).toEqual({ fault: expect.stringMatching(/\S/) }),
  );
});
