import { describe, expect, it } from "vitest";
import {
  advance,
  evaluateRule,
  type Rule,
  type RuleState,
  ticksUntil,
  windowMsOf,
} from "../../../worker/alerts/evaluate.ts";
import type { Minute } from "../../../worker/metrics/index.ts";
import { emptyMinute } from "../../../worker/monitoring/index.ts";

const minuteMs = 60_000;
const start = Date.UTC(2026, 10, 28, 12);

const rule: Rule = {
  name: "errors",
  metric: "errors",
  aggregation: "sum",
  windowSeconds: 60,
  threshold: 10,
  forSeconds: 0,
  cooldownSeconds: 0,
  severity: "page",
  minSamples: 0,
};
const ok: RuleState = {
  state: "ok",
  since: start,
  pendingSince: null,
  resolvedAt: null,
  value: null,
  evaluatedAt: null,
};

/** Evaluates a rule each minute on these values, and returns its transitions with their minutes. */
function happened(about: Partial<Rule>, values: (number | null)[]): string[] {
  let state = ok;
  return values.flatMap((value, minute) => {
    const advanced = advance({ ...rule, ...about }, state, { at: start + minute * minuteMs, value });
    state = advanced.state;
    return advanced.transition === null ? [] : [`${advanced.transition.kind} ${minute}`];
  });
}

const minuteWith = (place: number, errors: number): Minute => ({
  ...emptyMinute("a", start + place * minuteMs),
  errors,
  requests: errors,
  modelMicroUsd: 0,
  runs: 0,
  failedRuns: 0,
});

describe("an alert rule", () => {
  it("An alert fires once while its rule holds, and is resolved once after it", () => {
    expect(happened({}, [0, 11, 12, 11, 10, 0, 0])).toEqual(["fired 1", "resolved 4"]);
  });

  it("An alert fires only after its rule has held for long enough without a pause", () => {
    expect(happened({ forSeconds: 120 }, [11, 11, 0, 11, 11, 11, 0])).toEqual(["fired 5", "resolved 6"]);
  });

  it("An alert does not fire again before its cooldown is over, and fires then if its rule still holds", () => {
    expect(happened({ cooldownSeconds: 180 }, [11, 0, 11, 11, 11, 11])).toEqual(["fired 0", "resolved 1", "fired 4"]);
  });

  it("A rule that could not be measured does not hold", () => {
    expect(happened({}, [null, 11, null])).toEqual(["fired 1", "resolved 2"]);
  });

  it("A missed tick is evaluated later, and the last tick again, for minutes that were stored late", () => {
    expect(ticksUntil(start, start + 3 * minuteMs)).toEqual([0, 1, 2, 3].map((minute) => start + minute * minuteMs));
    const minutes = [minuteWith(0, 11), minuteWith(1, 0), minuteWith(2, 0)];
    const before = { ...ok, evaluatedAt: start };
    const { state, transitions } = evaluateRule(rule, before, minutes, ticksUntil(start, start + 3 * minuteMs));
    expect(transitions.map(({ kind, after }) => [kind, after.evaluatedAt])).toEqual([
      ["fired", start + minuteMs],
      ["resolved", start + 2 * minuteMs],
    ]);
    expect(state.state).toBe("ok");
  });

  it("No more than the last hour is caught up", () => {
    expect(ticksUntil(start, start + 1_000 * minuteMs)).toHaveLength(62);
    expect(ticksUntil(null, start)).toEqual([start]);
  });

  it("A day's window of money is the UTC day, and the last moment of a day belongs to it", () => {
    const spend = { metric: "model_micro_usd", windowSeconds: 86_400 } as const;
    expect(windowMsOf(spend, start)).toBe(12 * 3_600_000);
    const midnight = Date.UTC(2026, 10, 29);
    expect(windowMsOf(spend, midnight)).toBe(86_400_000);
    expect(windowMsOf(spend, midnight + minuteMs)).toBe(minuteMs);
  });

  it("A share is not evaluated over fewer samples than the rule requires", () => {
    const about: Rule = { ...rule, metric: "error_rate", aggregation: "avg", threshold: 0.01, minSamples: 20 };
    const fired = (errors: number) =>
      evaluateRule(about, ok, [minuteWith(0, errors)], [start + minuteMs]).transitions.length;
    expect([fired(19), fired(20)]).toEqual([0, 1]);
  });
});
