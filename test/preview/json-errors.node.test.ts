import { describe, expect, it } from "vitest";
import { readManifest } from "../../preview/project/manifest.ts";

const errorOf = (content: string) =>
  readManifest({ files: new Map([["package.json", content]]), around: new Map() }).diagnostics;

describe("a package.json that is not valid", () => {
  it.each([
    ['{\n  "name": "tea"\n  "type": "module"\n}', 3, 3, "a comma is missing"],
    ['{\n  "name": "tea",\n}', 3, 1, "a name in double quotes is expected, or the comma before is too many"],
    ['{\n  // the name\n  "name": "tea"\n}', 2, 3, "comments are not allowed"],
    ['{\n  "name": "tea"', 2, 16, "a closing } is missing"],
    ["", 1, 1, "the file is empty"],
    ['["tea"]', 1, 1, "it must begin with { and end with }"],
  ])("%j is an error that says where and why", (content, line, column, reason) => {
    const message = `package.json is not valid JSON: ${reason}.`;
    expect(errorOf(content)).toEqual([{ path: "package.json", line, column, severity: "error", message }]);
  });

  it("A byte order mark at the start is none", () => {
    expect(errorOf('\uFEFF{ "name": "tea" }')).toEqual([]);
  });
});
