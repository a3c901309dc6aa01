import { describe, expect, it } from "vitest";
import { deletionsOf, folderAt, movesOf, placeIn } from "../../frontend/src/files/tree-operations.ts";

const paths = ["src/a.ts", "src/ui/b.ts", "src-old/c.ts", "d.ts"];

describe("changes of the tree", () => {
  it("movesOf moves everything in a folder, and nothing of one whose name only begins like it", () => {
    expect(movesOf(paths, "src", "lib/src")).toEqual([
      { op: "move", path: "src/a.ts", to: "lib/src/a.ts" },
      { op: "move", path: "src/ui/b.ts", to: "lib/src/ui/b.ts" },
    ]);
    expect(movesOf(paths, "d.ts", "e.ts")).toEqual([{ op: "move", path: "d.ts", to: "e.ts" }]);
  });

  it("deletionsOf deletes everything in a folder", () => {
    expect(deletionsOf(paths, "src").map(({ path }) => path)).toEqual(["src/a.ts", "src/ui/b.ts"]);
  });

  it("placeIn drops a row into a folder, and refuses its own place and a folder within itself", () => {
    expect(placeIn("src/ui", "d.ts")).toBe("src/ui/d.ts");
    expect(placeIn("", "src/a.ts")).toBe("a.ts");
    expect(placeIn("src", "src/a.ts")).toBeNull();
    expect(placeIn("src/ui", "src")).toBeNull();
    expect(placeIn("src", "src")).toBeNull();
  });

  it("folderAt takes the folder itself or the one around a file", () => {
    expect(folderAt("src/ui", true)).toBe("src/ui");
    expect(folderAt("src/a.ts", false)).toBe("src");
    expect(folderAt("d.ts", false)).toBe("");
  });
});
