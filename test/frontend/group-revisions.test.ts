import { expect, it } from "vitest";
import { historyRows, stretchesOf } from "../../frontend/src/history/group-revisions.ts";
import type { Revision } from "../../worker/contract/index.ts";

const revision = (number: number, runId: string | null): Revision => ({
  number,
  runId,
  message: "",
  author: { kind: "user", id: "usr_1", name: "Ada" },
  createdAt: "2026-11-28T12:00:00.000Z",
  stats: { created: 0, updated: 1, deleted: 0, moved: 0 },
});

it("historyRows puts a run's heading above its versions, again where another version is in between", () => {
  const revisions = [revision(6, "b"), revision(5, "a"), revision(4, "a"), revision(3, null), revision(2, "a")];
  expect(historyRows(revisions).map(({ run }) => run)).toEqual([
    { id: "b", count: 1, total: 1, isNewest: true },
    { id: "a", count: 2, total: 3, isNewest: true },
    null,
    null,
    { id: "a", count: 1, total: 3, isNewest: false },
  ]);
});

it("stretchesOf splits a run's versions where others are in between", () => {
  expect(stretchesOf([7, 4, 5, 5, 9, 8])).toEqual([
    { first: 4, last: 5 },
    { first: 7, last: 9 },
  ]);
  expect(stretchesOf([])).toEqual([]);
});
