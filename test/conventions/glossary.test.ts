import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const lines = readFileSync("docs/glossary.md", "utf8").split("\n");
const rows = lines.filter((line) => line.startsWith("| **"));

it("Each term of the glossary has one row with one meaning", () => {
  const terms = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/\*\*([^*]+)\*\*/g)].map(([, term]) => term),
  );
  expect(terms.length).toBeGreaterThan(50);
  expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
  expect(rows.filter((row) => !/^\| [^|]+ \| [^|]+ \|$/.test(row))).toEqual([]);
});

it("No empty line splits a table of the glossary", () => {
  expect(
    lines.filter(
      (line, index) => line === "" && lines[index - 1]?.startsWith("|") && lines[index + 1]?.startsWith("|"),
    ),
  ).toEqual([]);
});
