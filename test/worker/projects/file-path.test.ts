import { describe, expect, it } from "vitest";
import { checkedPath, pathFault } from "../../../worker/projects/index.ts";

const good = [
  "a",
  "a/b/c.txt",
  ".gitignore",
  ".github/workflows/ci.yml",
  "git/config",
  "src/[id]/page.tsx",
  "src/(group)/page.tsx",
  "a b.txt",
  "日本語/ファイル.md",
  "\u00e9.txt",
  "emoji-😀.txt",
  "..a",
  "a..b",
  "...a",
  "console.txt",
  "auxiliary.c",
  "100%.txt",
  "a%20b",
  "x".repeat(251),
  `${"d/".repeat(127)}x`,
];

const bad: [string, string][] = [
  ["", "empty"],
  ["/etc/passwd", "relative"],
  ["../x", "segment"],
  ["a/..", "segment"],
  ["a/./b", "segment"],
  [".", "segment"],
  ["a//b", "empty segment"],
  ["a/", "empty segment"],
  ["C:/x", "characters"],
  ["a\\..\\b", "characters"],
  ["a?b", "characters"],
  ["a\tb", "control"],
  ["a\u0000", "control"],
  ["a\u007f", "control"],
  ["a\u0085b", "control"],
  ["a\u202eb", "control"],
  ["a\u2066b", "control"],
  ["a\u200db", "control"],
  ["\ufeffa", "control"],
  ["a\u2028b", "control"],
  ["a\udc00", "control"],
  ["e\u0301", "NFC"],
  ["a.", "dot or a space"],
  ["a /b", "dot or a space"],
  [" a", "begins with a space"],
  ["NUL", "device"],
  ["a/com1.txt", "device"],
  ["lpt9", "device"],
  ["COM¹", "device"],
  [".git", ".git"],
  [".Git/HEAD", ".git"],
  ["a/.git/hooks/pre-commit", ".git"],
  ["GIT~1/config", ".git"],
  ["%2e%2e/a", "percent"],
  ["a%2fb", "percent"],
  ["a%5Cb", "percent"],
  ["%252e%252e/a", "percent"],
  ["a%25252fb", "percent"],
  ["a%25%32%66b", "percent"],
  ["a%%32eb", "percent"],
  ["a%2525255cb", "percent"],
  ["x".repeat(256), "255"],
  ["é".repeat(128), "bytes"],
];

describe("a path of a file", () => {
  it.each(good)("%j is a valid path", (path) => {
    expect(pathFault(path)).toBeNull();
    expect(checkedPath(path)).toBe(path);
  });

  it.each(bad)("%j is an invalid path: %s", (path, why) => {
    expect(pathFault(path)).toContain(why);
  });

  it("a valid path stays within its folder, whatever the input", () => {
    const parts = [
      "a",
      "..",
      ".",
      "",
      "/",
      "\\",
      "%2e",
      "\u202e",
      "con",
      ".git",
      "é",
      "e\u0301",
      "\0",
      " ",
      "~1",
      "b.txt",
    ];
    for (let n = 0; n < 10_000; n += 1) {
      const path = Array.from(
        { length: 1 + (n % 5) },
        (_, at) => parts[(n * 31 + at * 17 + (n >> 3)) % parts.length],
      ).join(n % 2 ? "/" : "");
      if (pathFault(path) !== null) continue;
      const resolved = decodeURIComponent(
        new URL(path.split("/").map(encodeURIComponent).join("/"), "http://x/root/").pathname,
      );
      expect(resolved).toBe(`/root/${path}`);
    }
  });
});
