import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const foldersIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);

const modules = [...["frontend", "preview", "dev"], ...["worker", "preview"].flatMap(foldersIn)];

describe("module READMEs", () => {
  it.each(modules)("The module %s has a README that begins with its title", (module) => {
    const readme = `${module}/README.md`;
    expect(existsSync(readme), `${readme} is missing`).toBe(true);
    const lines = readFileSync(readme, "utf8").split("\n");
    expect(lines[0]).toMatch(/^# \S/);
  });
});
