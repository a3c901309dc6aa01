import { expect, it } from "vitest";
import { cachedShare, everyDay, firstOf, tokensOf } from "../../frontend/src/settings/usage-days.ts";

const used = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 80, cacheWriteTokens: 10, microUsd: 3 };
const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };

it("everyDay lists every day of a report, across the end of a month and a clock change", () => {
  const data = [{ ...used, key: "2026-03-29", name: null }];
  const days = everyDay({ from: "2026-02-27", to: "2026-03-30", data });
  expect(days).toHaveLength(32);
  expect(days.slice(0, 3).map(({ key }) => key)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  expect(days.at(-2)).toMatchObject({ key: "2026-03-29", microUsd: 3 });
  expect(days.at(-1)).toEqual({ ...nothing, key: "2026-03-30" });
});

it("firstOf returns the day that makes the period include today", () => {
  const now = Date.parse("2026-03-02T00:30:00Z");
  expect(firstOf(1, now)).toBe("2026-03-02");
  expect(firstOf(7, now)).toBe("2026-02-24");
});

it("cachedShare counts tokens read from the cache as input", () => {
  expect(tokensOf(used)).toBe(105);
  expect(cachedShare(used)).toBe(0.8);
  expect(cachedShare(nothing)).toBe(0);
});
