import { describe, expect, it } from "vitest";
import { consumeFrom, refundTo, type Window } from "../../../worker/limits/window.ts";

const rules = { limit: 3, windowMs: 60_000 };

/**
 * Consumes a request at each of the seconds.
 * @returns which of them were allowed, and the last result
 */
function takeAt(seconds: number[], { limit, windowMs } = rules) {
  let window: Window | undefined;
  const answers = seconds.map((second) => {
    const { window: after, ...answer } = consumeFrom(window, { limit, windowMs }, second * 1_000);
    window = after;
    return answer;
  });
  return { allowed: answers.map(({ ok }) => ok), last: answers.at(-1) ?? expect.fail("nothing was taken") };
}

describe("the sliding window", () => {
  it("A window allows a burst of exactly the limit after idle time, at any moment", () => {
    for (const start of [0, 59.9, 1_234.5]) {
      expect(takeAt([start, start + 0.1, start + 0.2, start + 0.3]).allowed).toEqual([true, true, true, false]);
    }
  });

  it("A window returns the remainder and the time until its end", () => {
    expect(takeAt([0]).last).toMatchObject({ ok: true, remaining: 2, resetMs: 60_000 });
    expect(takeAt([0, 19]).last).toMatchObject({ ok: true, remaining: 1, resetMs: 41_000 });
  });

  it("A refusal names the moment of the next allowed request exactly", () => {
    for (const times of [
      [0, 0, 0, 10],
      [0, 0, 0, 59.999, 60],
      [0, 0, 0, 61, 62],
    ]) {
      const { last } = takeAt(times);
      expect(last.ok).toBe(false);
      const now = times.at(-1) ?? 0;
      expect(takeAt([...times, now + last.resetMs / 1_000 - 0.5]).last.ok).toBe(false);
      expect(takeAt([...times, now + last.resetMs / 1_000 + 0.001]).last.ok).toBe(true);
    }
  });

  it("A window does not allow twice the limit around its end", () => {
    const { allowed } = takeAt([0, 59, 59, 60, 60, 60, 61]);
    expect(allowed.filter(Boolean)).toHaveLength(4);
  });

  it("A window is empty after an idle time of two windows", () => {
    expect(takeAt([0, 0, 0, 0, 120, 120, 120, 120]).allowed.slice(4)).toEqual([true, true, true, false]);
  });

  it("A window applies a lower limit at once, as after a change of plan", () => {
    const { window } = consumeFrom({ start: 0, current: 100, previous: 0 }, { limit: 3, windowMs: 60_000 }, 1_000);
    expect(consumeFrom(window, rules, 2_000)).toMatchObject({ ok: false, remaining: 0 });
  });

  it("A window survives a clock that is set back", () => {
    expect(consumeFrom({ start: 60_000, current: 3, previous: 0 }, rules, 0)).toMatchObject({
      ok: false,
      resetMs: 60_000,
    });
  });
});

describe("a refund of a window", () => {
  it("A refund reduces the current count, or else the previous one", () => {
    const window = { start: 0, current: 2, previous: 1 };
    expect(refundTo(window, 60_000, 1_000)).toEqual({ start: 0, current: 1, previous: 1 });
    expect(refundTo(window, 60_000, 61_000)).toEqual({ start: 60_000, current: 0, previous: 1 });
  });

  it("A refund never reduces a count below zero", () => {
    expect(refundTo({ start: 0, current: 0, previous: 0 }, 60_000, 1_000)).toMatchObject({ current: 0, previous: 0 });
  });
});
