import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { printedProgress } from "../../dev/supervisor/progress.ts";
import { localDefaults } from "../../dev/supervisor/variables.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lasting = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms));

it("The command npm start prints a line when a part begins and when it is done", async () => {
  const lines: string[] = [];
  const done = printedProgress((line) => lines.push(line))("database", lasting(1_500));
  await vi.advanceTimersByTimeAsync(1_500);
  await done;
  expect(lines).toEqual(["  database  begins", "  database  done in 1.5 s"]);
});

it("The command npm start is never silent for ten seconds while parts are under way, and silent once all are done", async () => {
  const printed: number[] = [];
  const progress = printedProgress(() => printed.push(Date.now()));
  const all = Promise.all([progress("database", lasting(27_000)), progress("bundling", lasting(61_000))]);
  await vi.advanceTimersByTimeAsync(61_000);
  await all;
  const gaps = printed.slice(1).map((at, index) => at - (printed[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(10_000);
  const soFar = printed.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(printed).toHaveLength(soFar);
});

it("The command npm start says which part failed, and rejects with its error", async () => {
  const lines: string[] = [];
  const progress = printedProgress((line) => lines.push(line));
  await expect(progress("bundling", () => Promise.reject(new Error("no memory")))).rejects.toThrow("no memory");
  expect(lines).toEqual(["  bundling  begins", "  bundling  failed after 0.0 s"]);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  [{}, { DEFAULT_PLAN: "enterprise", RATE_LIMITS: "unlimited-runs" }, 2],
  [{ RATE_LIMITS: "on" }, { DEFAULT_PLAN: "enterprise" }, 1],
  [{ DEFAULT_PLAN: "free" }, {}, 0],
])("The command npm start with %j adds %j and says each on the terminal", (given, variables, notices) => {
  const defaults = localDefaults(given);
  expect(defaults.variables).toEqual(variables);
  expect(defaults.notices).toHaveLength(notices);
});
