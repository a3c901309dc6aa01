import type { StoredStep } from "../../agents/index.ts";
import type { RunOutcome } from "../../contract/index.ts";
import { sanitizeJson } from "./sanitize-json.ts";

/** Of a run that was ended before it began. */
export const nothingMade: RunOutcome = { revision: null, paths: [], text: "" };

/** What a run has come to so far, from its log and its journal: the newest revision it made, what it changed and what it said last. */
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

/** The text of the last step that has one; what is stored before the first step was said by nobody. */
function lastTextOf(steps: StoredStep[]): string {
  const texts = steps.flatMap(({ step, turn }) =>
    step === 0 ? [] : [turn.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n\n")],
  );
  return texts.findLast((text) => text.trim() !== "") ?? "";
}
