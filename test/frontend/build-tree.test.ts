import { describe, expect, it } from "vitest";
import { treeRows } from "../../frontend/src/files/build-tree.ts";

describe("the tree's rows", () => {
  const paths = ["src/main.ts", "index.html", "src/ui/button.ts", "a10.ts", "a9.ts"];

  it("treeRows lists folders first, then names in natural order", () => {
    const rows = treeRows(paths, new Set()).map((row) => `${row.level} ${row.path}`);
    expect(rows).toEqual([
      "1 src",
      "2 src/ui",
      "3 src/ui/button.ts",
      "2 src/main.ts",
      "1 a9.ts",
      "1 a10.ts",
      "1 index.html",
    ]);
  });

  it("treeRows omits the contents of a closed folder, and lists a path once", () => {
    const rows = treeRows([...paths, "index.html"], new Set(["src"])).map((row) => row.path);
    expect(rows).toEqual(["src", "a9.ts", "a10.ts", "index.html"]);
  });
});
