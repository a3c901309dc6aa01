import type { Revision } from "../../../worker/contract/index.ts";

/**
 * A version. The newest of a run's consecutive versions has the run's heading above it. `total`: the number of versions
 * that the run created in all. `isNewest`: whether the heading is the run's first in the list.
 */
export type HistoryRow = {
  revision: Revision;
  run: { id: string; count: number; total: number; isNewest: boolean } | null;
};

/**
 * Splits a run's versions into stretches, wherever versions of others are in between.
 * @returns the first and the last version of each stretch, oldest first
 */
export function stretchesOf(numbers: readonly number[]): { first: number; last: number }[] {
  const stretches: { first: number; last: number }[] = [];
  for (const number of [...new Set(numbers)].sort((one, other) => one - other)) {
    const open = stretches.at(-1);
    if (open !== undefined && open.last === number - 1) open.last = number;
    else stretches.push({ first: number, last: number });
  }
  return stretches;
}

/**
 * Groups consecutive versions of one run, which a person regards as one step.
 * @param revisions newest first
 */
export function historyRows(revisions: readonly Revision[]): HistoryRow[] {
  const totals = new Map<string, number>();
  for (const { runId } of revisions) if (runId !== null) totals.set(runId, (totals.get(runId) ?? 0) + 1);
  const headed = new Set<string>();
  return revisions.map((revision, index) => {
    const { runId } = revision;
    if (runId === null || revisions[index - 1]?.runId === runId) return { revision, run: null };
    const end = revisions.findIndex((one, at) => at > index && one.runId !== runId);
    const isNewest = !headed.has(runId);
    headed.add(runId);
    const count = (end === -1 ? revisions.length : end) - index;
    return { revision, run: { id: runId, count, total: totals.get(runId) ?? count, isNewest } };
  });
}
