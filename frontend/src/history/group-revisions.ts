import type { Revision } from "../../../worker/contract/index.ts";

/** A row of the history: a version, or the prompt above the versions that its run made. */
export type HistoryRow =
  | { kind: "revision"; key: string; revision: Revision; isOfRun: boolean }
  | { kind: "run"; key: string; runId: string; count: number; newest: Revision };

/**
 * Puts a row above the versions that a run made one after the other: for a person they are one step.
 * @param revisions newest first
 */
export function historyRows(revisions: readonly Revision[]): HistoryRow[] {
  const rows: HistoryRow[] = [];
  for (const [index, revision] of revisions.entries()) {
    const { runId, number } = revision;
    if (runId !== null && revisions[index - 1]?.runId !== runId) {
      const end = revisions.findIndex((one, at) => at > index && one.runId !== runId);
      const count = (end === -1 ? revisions.length : end) - index;
      rows.push({ kind: "run", key: `run-${number}`, runId, count, newest: revision });
    }
    rows.push({ kind: "revision", key: `revision-${number}`, revision, isOfRun: runId !== null });
  }
  return rows;
}
