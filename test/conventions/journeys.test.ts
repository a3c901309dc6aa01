import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = readFileSync("test/journeys/README.md", "utf8");
const journeys = globSync("test/journeys/*.test.ts").map((path) => readFileSync(path, "utf8"));
const rows = text.split("\n").filter((line) => /^\| [^|-]/.test(line));
/** Parts of test names, which an ellipsis joins. */
const named = rows.flatMap((row) =>
  [...row.matchAll(/“([^”]+)”/g)].flatMap(([, name = ""]) => name.split(" … ").map((part) => part.trim())),
);

describe("test/journeys/README.md", () => {
  it("Each journey that the table names exists", () => {
    const missing = named.filter((name) => !journeys.some((journey) => journey.includes(name)));
    expect(named.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });

  it("Each part of the workspace has a journey of each kind", () => {
    const cells = rows.slice(1).map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells.length).toBeGreaterThanOrEqual(9);
    for (const [part, ...kinds] of cells)
      expect(
        kinds.map((kind) => kind !== ""),
        part,
      ).toEqual([true, true, true, true]);
  });
});
