import { describe, expect, it } from "vitest";
import { ConcurrencyDetector } from "../../../worker/runs/executor/concurrency-detector.ts";

describe("the ConcurrencyDetector", () => {
  it("ranAlone returns true for work that runs one after the other", async () => {
    const overlap = new ConcurrencyDetector();
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
  });

  it("ranAlone returns false when other work starts or ends meanwhile", async () => {
    const overlap = new ConcurrencyDetector();
    const long = Promise.withResolvers<void>();
    const first = overlap.ranAlone(() => long.promise);
    expect(await overlap.ranAlone(async () => undefined)).toBe(false);
    long.resolve();
    expect(await first).toBe(false);
  });

  it("ranAlone forgets work that failed", async () => {
    const overlap = new ConcurrencyDetector();
    await expect(overlap.ranAlone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
  });
});
