import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { retryOnce } from "../../../worker/database/commit.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Creates a function that fails after a delay as the driver does without a response, and then succeeds. */
function failingOnce(afterMs: number) {
  const run = vi.fn(async () => {
    if (run.mock.calls.length > 1) return "answer";
    vi.setSystemTime(Date.now() + afterMs);
    throw Object.assign(new Error("no answer"), { name: "NeonDbError" });
  });
  return run;
}

it("The function retryOnce retries after a quick failure", async () => {
  const run = failingOnce(100);
  await expect(retryOnce(run)).resolves.toBe("answer");
  expect(run).toHaveBeenCalledTimes(2);
});

it("The function retryOnce does not retry after a slow failure", async () => {
  const run = failingOnce(10_000);
  await expect(retryOnce(run)).rejects.toMatchObject({ code: "dependency_down", retryAfter: 2 });
  expect(run).toHaveBeenCalledTimes(1);
});
