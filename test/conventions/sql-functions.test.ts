import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";

it("drizzle/README.md gives the reason of each SQL function, and names none that does not exist", () => {
  const table = readFileSync("drizzle/README.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = table.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const functions = globSync("drizzle/functions/*.sql").map((file) => basename(file, ".sql"));
  expect(named.sort()).toEqual(functions.sort());
});
