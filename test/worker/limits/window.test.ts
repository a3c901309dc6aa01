import { describe, expect, it } from "vitest";
import { consumeFrom, refundTo, type Window } from "../../../worker/limits/window.ts";

const rules = { limit: 3, windowMs: 60_000 };

/** Takes at each of the seconds; gives which of them were allowed, and the last answer. */
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
  it("allows a burst of exactly the limit from rest, whenever it comes", () => {
    for (const start of [0, 59.9, 1_234.5]) {
      expect(takeAt([start, start + 0.1, start + 0.2, start + 0.3]).allowed).toEqual([true, true, true, false]);
    }
  });

  it("counts down what is left and tells when the window ends", () => {
    expect(takeAt([0]).last).toMatchObject({ ok: true, remaining: 2, resetMs: 60_000 });
    expect(takeAt([0, 19]).last).toMatchObject({ ok: true, remaining: 1, resetMs: 41_000 });
  });

  it("lets one more in at the moment it named when it refused, and not before", () => {
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

  it("does not allow twice the limit around the end of a window", () => {
    const { allowed } = takeAt([0, 59, 59, 60, 60, 60, 61]);
    expect(allowed.filter(Boolean)).toHaveLength(4);
  });

  it("has forgotten everything after two windows of rest", () => {
    expect(takeAt([0, 0, 0, 0, 120, 120, 120, 120]).allowed.slice(4)).toEqual([true, true, true, false]);
  });

  it("takes a lower limit at once, as after a change of plan", () => {
    const { window } = consumeFrom({ start: 0, current: 100, previous: 0 }, { limit: 3, windowMs: 60_000 }, 1_000);
    expect(consumeFrom(window, rules, 2_000)).toMatchObject({ ok: false, remaining: 0 });
  });

  it("survives a clock that goes back", () => {
    expect(consumeFrom({ start: 60_000, current: 3, previous: 0 }, rules, 0)).toMatchObject({
      ok: false,
      resetMs: 60_000,
    });
  });
});

describe("giving back", () => {
  it("takes from the window of now, and where that has nothing from the one before", () => {
    const window = { start: 0, current: 2, previous: 1 };
    expect(refundTo(window, 60_000, 1_000)).toEqual({ start: 0, current: 1, previous: 1 });
    expect(refundTo(window, 60_000, 61_000)).toEqual({ start: 60_000, current: 0, previous: 1 });
  });

  it("never counts below nothing", () => {
    expect(refundTo({ start: 0, current: 0, previous: 0 }, 60_000, 1_000)).toMatchObject({ current: 0, previous: 0 });
  });
});
