import { expect, it } from "vitest";
import { changeOf } from "../../frontend/src/files/text-change.ts";

it.each([
  ["one two", "one two three", { from: 7, to: 7, insert: " three" }],
  ["one two", "one ten", { from: 5, to: 7, insert: "en" }],
  ["aaa", "aa", { from: 2, to: 3, insert: "" }],
  ["mit", "emit", { from: 0, to: 0, insert: "e" }],
  ["", "x", { from: 0, to: 0, insert: "x" }],
])("changeOf finds the smallest change from %j to %j", (before, after, change) => {
  expect(changeOf(before, after)).toEqual(change);
});
