import { expect, it } from "vitest";
import { changeOf } from "../../frontend/src/files/text-change.ts";

it.each([
  ["one two", "one two three", { from: 7, to: 7, insert: " three" }],
  ["one two", "one three", { from: 5, to: 7, insert: "hree" }],
  ["aaa", "aa", { from: 2, to: 3, insert: "" }],
  ["abc", "xabc", { from: 0, to: 0, insert: "x" }],
  ["", "x", { from: 0, to: 0, insert: "x" }],
])("changeOf finds the smallest change from %j to %j", (before, after, change) => {
  expect(changeOf(before, after)).toEqual(change);
});
