import type { MetricName } from "../contract/index.ts";
import { type Aggregation, aggregate, type Minute, minutesIn, samplesOf } from "../metrics/index.ts";

/** A rule: it holds while the aggregate of the metric over the window is greater than the threshold. */
export type Rule = {
  name: string;
  metric: MetricName;
  aggregation: Aggregation;
  windowSeconds: number;
  threshold: number;
  forSeconds: number;
  cooldownSeconds: number;
  severity: "page" | "ticket";
  minSamples: number;
};

/** The state of a rule; all moments in Unix milliseconds. */
export type RuleState = {
  state: "ok" | "firing";
  since: number;
  /** Since when the rule has held without having fired. */
  pendingSince: number | null;
  resolvedAt: number | null;
  value: number | null;
  evaluatedAt: number | null;
};

/** A change of the state, and the state after it. */
export type Transition = { kind: "fired" | "resolved"; after: RuleState };

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * @returns the length in milliseconds of a rule's window that ends at `at`: whole minutes; for a day of money, the UTC
 *   day until then
 */
export function windowMsOf({ metric, windowSeconds }: Pick<Rule, "metric" | "windowSeconds">, at: number): number {
  if (metric === "model_micro_usd" && windowSeconds * 1_000 === dayMs) return ((at - 1) % dayMs) + 1;
  return Math.ceil(windowSeconds / 60) * minuteMs;
}

/** @returns the value of a rule at a moment; null where nothing, or too little, was measured */
function ruleValue(rule: Rule, minutes: Minute[], at: number): number | null {
  const windowMs = windowMsOf(rule, at);
  const window = minutesIn(minutes, at, windowMs);
  if (samplesOf(rule.metric, window) < rule.minSamples) return null;
  return aggregate(rule.metric, rule.aggregation, window, windowMs / minuteMs);
}

/**
 * Evaluates a rule at one moment.
 * @param value null counts as a rule that does not hold
 * @returns the state then, and the transition when the alert fired or was resolved
 */
export function advance(
  rule: Rule,
  before: RuleState,
  { at, value }: { at: number; value: number | null },
): { state: RuleState; transition: Transition | null } {
  const evaluated = { ...before, value, evaluatedAt: at };
  const holds = value !== null && value > rule.threshold;
  if (before.state === "firing") {
    if (holds) return { state: evaluated, transition: null };
    const state = { ...evaluated, state: "ok" as const, since: at, pendingSince: null, resolvedAt: at };
    return { state, transition: { kind: "resolved", after: state } };
  }
  if (!holds) return { state: { ...evaluated, pendingSince: null }, transition: null };
  const pendingSince = before.pendingSince ?? at;
  const isCooling = before.resolvedAt !== null && at < before.resolvedAt + rule.cooldownSeconds * 1_000;
  if (isCooling || at - pendingSince < rule.forSeconds * 1_000) {
    return { state: { ...evaluated, pendingSince }, transition: null };
  }
  const state = { ...evaluated, state: "firing" as const, since: at, pendingSince: null };
  return { state, transition: { kind: "fired", after: state } };
}

/** The maximum number of missed ticks that are evaluated later: older ones would raise alarms about the past. */
const maxCaughtUp = 60;

/**
 * @param evaluatedAt the moment of the last evaluation; null before the first
 * @param now in Unix milliseconds
 * @returns the moments to evaluate, the oldest first: the last one again, since isolates store a minute up to half a
 *   minute after it, then each full minute that was missed, then now
 */
export function ticksUntil(evaluatedAt: number | null, now: number): number[] {
  if (evaluatedAt === null || evaluatedAt >= now) return [now];
  const first = Math.floor(evaluatedAt / minuteMs) * minuteMs + minuteMs;
  const missed: number[] = [];
  for (let at = Math.max(first, now - maxCaughtUp * minuteMs); at < now; at += minuteMs) missed.push(at);
  return [evaluatedAt, ...missed, now];
}

/**
 * Evaluates a rule at several moments. Skips earlier moments without measurements: their gauges were never read.
 */
export function evaluateRule(
  rule: Rule,
  before: RuleState,
  minutes: Minute[],
  ticks: number[],
): { state: RuleState; transitions: Transition[] } {
  let state = before;
  const transitions: Transition[] = [];
  for (const [index, at] of ticks.entries()) {
    const value = ruleValue(rule, minutes, at);
    if (value === null && index < ticks.length - 1) continue;
    const advanced = advance(rule, state, { at, value });
    state = advanced.state;
    if (advanced.transition !== null) transitions.push(advanced.transition);
  }
  return { state, transitions };
}
