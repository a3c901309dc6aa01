import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sources } from "../../dev/words/sources.ts";

/** Every folder of worker/ and preview/ that contains code, and the folders that form one module. */
const modules = new Set([
  ...["frontend", "preview", "dev"],
  ...sources().flatMap(({ path }) => /^(worker|preview)\/[^/]+(?=\/)/.exec(path)?.slice(0, 1) ?? []),
]);

describe("module READMEs", () => {
  it.each([...modules])("The module %s has a README that begins with its title", (module) => {
    const readme = `${module}/README.md`;
    expect(existsSync(readme), `${readme} is missing`).toBe(true);
    expect(readFileSync(readme, "utf8")).toMatch(/^# \S/);
  });
});
