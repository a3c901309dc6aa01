import type { Revision } from "../../../worker/contract/index.ts";

/** A version. The newest of those that a run made one after the other has the run's heading above it. */
export type HistoryRow = { revision: Revision; run: { id: string; count: number } | null };

/**
 * Groups the versions that a run made one after the other: for a person they are one step.
 * @param revisions newest first
 */
export function historyRows(revisions: readonly Revision[]): HistoryRow[] {
  return revisions.map((revision, index) => {
    const { runId } = revision;
    if (runId === null || revisions[index - 1]?.runId === runId) return { revision, run: null };
    const end = revisions.findIndex((one, at) => at > index && one.runId !== runId);
    return { revision, run: { id: runId, count: (end === -1 ? revisions.length : end) - index } };
  });
}
