import { describe, expect, it } from "vitest";
import { type Command, findCommands, matchScore } from "../../frontend/src/workspace/find-commands.ts";

const file = (title: string): Command => ({ id: title, kind: "file", title, detail: "", run: () => undefined });
const found = (typed: string, ...titles: string[]) => findCommands(titles.map(file), typed).map(({ title }) => title);

describe("finding by what was typed", () => {
  it("findCommands prefers the start of a file's name, then its name, then its folders", () => {
    expect(found("app", "src/wrapper.ts", "app/other.ts", "src/app.ts", "src/my-app.ts")).toEqual([
      "src/app.ts",
      "src/my-app.ts",
      "src/wrapper.ts",
      "app/other.ts",
    ]);
  });

  it("findCommands takes letters in order, whatever their case, and leaves out what lacks one", () => {
    expect(found("UsR", "src/use-router.ts", "src/user.ts", "README.md")).toEqual(["src/user.ts", "src/use-router.ts"]);
    expect(matchScore("xyz", "src/user.ts")).toBeNull();
  });

  it("findCommands shows everything before anything was typed, up to a number that fits", () => {
    expect(
      findCommands(
        Array.from({ length: 200 }, (_, index) => file(`${index}.ts`)),
        "",
      ),
    ).toHaveLength(50);
  });
});
