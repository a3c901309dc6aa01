import { verifiesEmail } from "../accounts/index.ts";
import type { Config } from "../config/index.ts";
import { type AlertEventData, newId } from "../contract/index.ts";
import { type Database, executeIdempotent, executeIdempotentBatch } from "../database/index.ts";
import { isAccounted, type MetricsStore, type Minute, minutesIn, readMinutes } from "../metrics/index.ts";
import { minuteMs, minuteOf } from "../monitoring/index.ts";
import { evaluateRule, type RuleState, type Transition, ticksUntil, windowMsOf } from "./evaluate.ts";
import { ruleOf, stateOf } from "./rule-row.ts";
import { changeAlert, type RuleRow, selectRules } from "./store.ts";

type Dependencies = { config: Config; database: Database; store: MetricsStore };

/** A rule to evaluate, with the moments to evaluate it at. */
type Work = { row: RuleRow; ticks: number[] };

/** The maximum number of rules of an installation: one request evaluates all of them. */
export const maxRules = 100;

/** The maximum number of slow statements that an event names. */
const maxSlowQueries = 5;

/**
 * Evaluates every alert rule at the moments since its last evaluation. The first evaluation that detects a transition
 * stores it with its webhook events in one transaction.
 * @param now in Unix milliseconds
 * @returns the number of alerts that fired or were resolved
 */
export async function evaluateAlerts(dependencies: Dependencies, now: number): Promise<number> {
  const { config, database } = dependencies;
  const rows = await executeIdempotent(selectRules(database, null, maxRules));
  const work = rows.map((row) => ({ row, ticks: ticksUntil(row.evaluatedAt?.getTime() ?? null, now) }));
  const [counted, accounted] = [false, true].map((wanted) => periodOf(work, wanted, now));
  if (!counted || !accounted) return 0;
  const minutes = await readMinutes(dependencies, counted, accounted);
  const changes = work.flatMap(({ row, ticks }) => {
    const { state, transitions } = evaluateRule(ruleOf(row), stateOf(row), minutes, ticks);
    return changesOf(config, row, { state, transitions, minutes });
  });
  const [first, ...others] = changes.map(({ text }) => changeAlert(database, text));
  if (!first) return 0;
  const answers = await executeIdempotentBatch(database, [first, ...others]);
  return changes.filter(({ isTransition }, place) => isTransition && answers[place]?.rows[0]?.changed === true).length;
}

/** @returns the period that the rules on accounted metrics need, or those on counted metrics */
function periodOf(work: Work[], wantsAccounted: boolean, now: number) {
  const starts = work
    .filter(({ row }) => isAccounted(ruleOf(row).metric) === wantsAccounted)
    .map(({ row, ticks }) => Math.min(...ticks.map((at) => at - windowMsOf(ruleOf(row), at))));
  return { from: minuteOf(Math.min(now, ...starts)), to: minuteOf(now) + minuteMs };
}

type Evaluated = { state: RuleState; transitions: Transition[]; minutes: Minute[] };

/** @returns the changes of a rule's row in order: its transitions, and the state at the end */
function changesOf(config: Config, row: RuleRow, { state, transitions, minutes }: Evaluated) {
  const steps = transitions.map(({ kind, after }) => ({ kind, after }));
  const isComplete = steps.at(-1)?.after === state;
  return [...steps, ...(isComplete ? [] : [{ kind: null, after: state }])].map(({ kind, after }, index) => ({
    isTransition: kind !== null,
    text: JSON.stringify({
      name: row.name,
      transitions: row.transitions + index,
      state: after.state,
      since: iso(after.since),
      pendingSince: iso(after.pendingSince),
      resolvedAt: iso(after.resolvedAt),
      value: after.value,
      evaluatedAt: iso(after.evaluatedAt),
      owners: config.adminEmails,
      needsVerified: verifiesEmail(config),
      event: kind && { id: newId("alert", after.evaluatedAt ?? 0), kind, data: dataOf(row, after, minutes) },
    }),
  }));
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function dataOf(row: RuleRow, { value, evaluatedAt }: RuleState, minutes: Minute[]): AlertEventData {
  const rule = ruleOf(row);
  const { name, metric, aggregation, windowSeconds, threshold, severity } = rule;
  const at = evaluatedAt ?? 0;
  const slow = minutesIn(minutes, at, windowMsOf(rule, at)).flatMap(({ slowQueries }) => slowQueries);
  const slowest = slow.sort((a, b) => b.ms - a.ms).slice(0, maxSlowQueries);
  return {
    ...{ name, metric, aggregation, windowSeconds, threshold, severity, value },
    at: new Date(at).toISOString(),
    ...(metric === "database_max_ms" && slowest.length > 0 && { slowQueries: slowest }),
  };
}
