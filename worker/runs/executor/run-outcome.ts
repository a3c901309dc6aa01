import type { StoredStep } from "../../agents/index.ts";
import { type RunOutcome, sanitizeJson } from "../../contract/index.ts";

/** The outcome of a run that ended before it started. */
export const nothingMade: RunOutcome = { revision: null, paths: [], text: "" };

/**
 * Computes a run's outcome so far from its log and checkpoints: the newest revision, the changed paths (sorted) and the
 * last text.
 */
export function outcomeOf(sql: SqlStorage, runId: string, steps: StoredStep[]): RunOutcome {
  const made = sql
    .exec<{ data: string }>("SELECT data FROM event WHERE run_id = ? AND type = 'revision.created' ORDER BY seq", runId)
    .toArray()
    .map(({ data }): { revision: number; paths: string[] } => JSON.parse(data));
  return sanitizeJson({
    revision: made.at(-1)?.revision ?? null,
    paths: [...new Set(made.flatMap(({ paths }) => paths))].sort(),
    text: lastTextOf(steps),
  });
}

/**
 * Returns the text of the last step that has one. Step 0 is the summary of the earlier conversation, not the agent's
 * text.
 */
function lastTextOf(steps: StoredStep[]): string {
  const texts = steps.flatMap(({ step, turn }) =>
    step === 0 ? [] : [turn.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n\n")],
  );
  return texts.findLast((text) => text.trim() !== "") ?? "";
}
