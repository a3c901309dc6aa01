import { expect, it } from "vitest";
import { ignoredSentence } from "../../preview/app/ignored-files.ts";

const list = (path: string, content: string) => ({ path, content, encoding: "utf-8" as const });

it("a missing file that a .gitignore of its folder leaves out is said to be one", () => {
  const files = [list(".gitignore", "dist\n*.gen.ts\n!kept.gen.ts\n"), list("web/.gitignore", "/data")];
  expect(ignoredSentence(files, "src/routes.gen.ts")).toMatch(/^\.gitignore leaves it out of the repository/);
  expect(ignoredSentence(files, "web/data/towns.json")).toMatch(/^web\/\.gitignore leaves it out/);
  for (const path of ["src/kept.gen.ts", "data/towns.json", "src/routes.ts"])
    expect(ignoredSentence(files, path)).toBeNull();
});

it("a path that no .gitignore can name has no sentence", () => {
  const files = [list(".gitignore", "*\n"), list("web/.gitignore", "*\n")];
  for (const path of ["", "/", "../shared/towns.ts", "./towns.ts", "web/", "web/../../towns.ts"]) {
    expect(ignoredSentence([files[1] ?? list("", "")], path)).toBeNull();
  }
  expect(ignoredSentence(files, "../shared/towns.ts")).toBeNull();
});

it("A pattern in another case names another file", () => {
  expect(ignoredSentence([list(".gitignore", "Build/\n*.Gen.ts\n")], "src/build/routes.gen.ts")).toBeNull();
  expect(ignoredSentence([list(".gitignore", "Build/\n")], "src/Build/routes.ts")).not.toBeNull();
});
