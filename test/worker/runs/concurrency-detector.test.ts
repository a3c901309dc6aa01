import { describe, expect, it } from "vitest";
import { ConcurrencyDetector } from "../../../worker/runs/executor/concurrency-detector.ts";

describe("work that may overlap", () => {
  it("was alone where nothing else went on, one after the other", async () => {
    const overlap = new ConcurrencyDetector();
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
  });

  it("was not alone where another began or ended meanwhile", async () => {
    const overlap = new ConcurrencyDetector();
    const long = Promise.withResolvers<void>();
    const first = overlap.ranAlone(() => long.promise);
    expect(await overlap.ranAlone(async () => undefined)).toBe(false);
    long.resolve();
    expect(await first).toBe(false);
  });

  it("that failed is forgotten", async () => {
    const overlap = new ConcurrencyDetector();
    await expect(overlap.ranAlone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await overlap.ranAlone(async () => undefined)).toBe(true);
  });
});
