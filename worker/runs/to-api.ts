import { noUsage, type Routing, type Run, type RunError, routing, runError, runOutcome } from "../contract/index.ts";
import { nothingMade } from "./executor/run-outcome.ts";
import type { RunRecord } from "./executor/run-table.ts";
import { runSpec } from "./start/run-spec.ts";
import type { NewRun, RunRow } from "./store.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** Converts a Session's record of a run to the API's shape. */
export const recordToRun = (record: RunRecord, usage: Run["usage"], scripted: boolean): Run => ({
  id: record.id,
  projectId: record.start.projectId,
  status: record.status,
  prompt: record.start.prompt,
  agent: record.start.routing.agent,
  routing: record.start.routing,
  mode: record.start.mode,
  ...(record.start.model !== undefined && { model: record.start.model }),
  scripted,
  usage: record.ending?.usage ?? usage,
  ...(record.endedAt !== null && record.ending?.error && { error: record.ending.error }),
  ...(record.endedAt !== null && (record.ending?.outcome ?? nothingMade)),
  lastSeq: record.lastSeq,
  createdAt: iso(record.start.createdAt),
  ...(record.startedAt !== null && { startedAt: iso(record.startedAt) }),
  ...(record.endedAt !== null && { endedAt: iso(record.endedAt) }),
});

/** Converts a run that is inserted but not dispatched to the API's shape. */
export const newRunToRun = ({ start, scripted }: Pick<NewRun, "start" | "scripted">): Run =>
  recordToRun(
    { id: start.id, start, status: "queued", question: null, ending: null, lastSeq: 0, startedAt: null, endedAt: null },
    noUsage,
    scripted,
  );

const askedModel = runSpec.pick({ model: true });

/** Converts a row of Postgres to the API's shape. The row is complete once the run has ended. */
export function toRun(row: RunRow): Run {
  const route: Routing | null = row.routing === null ? null : routing.parse(row.routing);
  const { model } = askedModel.parse(row.request);
  const error: RunError | null = row.error === null ? null : runError.parse(row.error);
  return {
    id: row.id,
    projectId: row.projectId,
    status: row.status,
    prompt: row.prompt,
    agent: row.agent,
    routing: route,
    mode: row.mode,
    ...(model !== undefined && { model }),
    scripted: row.scripted,
    usage: {
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
      cacheReadTokens: row.cacheReadTokens,
      cacheWriteTokens: row.cacheWriteTokens,
      microUsd: row.microUsd,
    },
    ...(error && { error }),
    ...(row.endedAt && (row.outcome === null ? nothingMade : runOutcome.parse(row.outcome))),
    ...(row.undoneBy !== null && { undoneBy: row.undoneBy }),
    lastSeq: row.lastSeq,
    createdAt: row.createdAt.toISOString(),
    ...(row.startedAt && { startedAt: row.startedAt.toISOString() }),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
  };
}

/** Restores a run's specification from its row, for a Session that never received it. */
export const specOfRow = (row: RunRow) => runSpec.parse(row.request);
