import { describe, expect, it } from "vitest";
import { elementBatch } from "../../frontend/src/preview/element-batch.ts";
import { movedLine } from "../../frontend/src/preview/moved-line.ts";
import { pointPrompt } from "../../frontend/src/preview/point-prompt.ts";

const place = { path: "index.html", line: 1, column: 1 };

it("elementBatch edits the files of the page's revision, and has the server merge what others have written since", async () => {
  const files: Record<string, string> = { "index.html": "<p>One</p>", "src/app.tsx": "<b>Two</b>" };
  const edits = [
    { place, tag: "p", style: { padding: "8px" } },
    { place: { ...place, path: "src/app.tsx" }, tag: "b", text: { from: "Two", to: "2" } },
  ];
  expect(await elementBatch(edits, 7, async (path) => files[path] ?? "")).toEqual({
    message: "Edit index.html, src/app.tsx in the preview",
    expectedRevision: 7,
    onConflict: "merge",
    operations: [
      { op: "update", path: "index.html", content: '<p style="padding: 8px">One</p>' },
      { op: "update", path: "src/app.tsx", content: "<b>2</b>" },
    ],
  });
});

it("elementBatch says why an element cannot be edited", async () => {
  const edits = [{ place, tag: "p", style: { padding: "8px" } }];
  await expect(elementBatch(edits, 7, async () => "<p style={x}>One</p>")).rejects.toThrow("Code generates");
});

describe("the place of a line in a newer source", () => {
  const before = "a\nb\nc\nd\n";

  it.each([
    ["the same source", before, 3, 3],
    ["lines above it", "0\n00\na\nb\nc\nd\n", 3, 5],
    ["fewer lines above it", "c\nd\n", 3, 1],
    ["a change below it", "a\nb\nc\nD\n", 3, 3],
    ["a change of the line before it", "a\nB1\nB2\nc\nd\n", 3, 4],
    ["a change of the line", "a\nb\nC\nd\n", 3, null],
    ["without the line", "a\nb\nd\n", 3, null],
    ["fewer lines than that", before, 9, null],
  ])("movedLine follows a line through %s", (_name, now, line, found) => {
    expect(movedLine(before, now, line)).toBe(found);
  });
});

it("pointPrompt names the version and the text of a line that has changed since", () => {
  const was = { revision: 4, source: "<p>One</p>" };
  expect(pointPrompt([{ place, tag: "p", text: "One", was }], " Bigger ")).toBe(
    `Bigger

I mean what I pointed at in the preview:
- the <p> in index.html, line 1, column 1 of version 4, which has changed since (it was "<p>One</p>"), with the text "One"`,
  );
});
