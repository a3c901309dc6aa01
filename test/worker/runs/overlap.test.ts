import { describe, expect, it } from "vitest";
import { Overlap } from "../../../worker/runs/overlap.ts";

describe("work that may overlap", () => {
  it("was alone where nothing else went on, one after the other", async () => {
    const overlap = new Overlap();
    expect(await overlap.during(async () => undefined)).toBe(true);
    expect(await overlap.during(async () => undefined)).toBe(true);
  });

  it("was not alone where another began or ended meanwhile", async () => {
    const overlap = new Overlap();
    const long = Promise.withResolvers<void>();
    const first = overlap.during(() => long.promise);
    expect(await overlap.during(async () => undefined)).toBe(false);
    long.resolve();
    expect(await first).toBe(false);
  });

  it("that failed is forgotten", async () => {
    const overlap = new Overlap();
    await expect(overlap.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await overlap.during(async () => undefined)).toBe(true);
  });
});
