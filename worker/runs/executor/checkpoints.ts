import type { RunCheckpoints, StoredResult, StoredStep, StoredTurn } from "../../agents/index.ts";
import { dropCounted, lostUsage } from "./call-meter.ts";

/**
 * Returns a run's checkpoints in the Session's SQLite, in the shapes of agents/ports.ts. Caches the steps until the
 * next write, because the loop reads them several times a step and each row read is billed.
 */
export function checkpointsOf(sql: SqlStorage, runId: string): RunCheckpoints {
  let known: StoredStep[] | null = null;
  return {
    steps() {
      known ??= storedSteps(sql, runId);
      return known;
    },
    openStep() {
      const started = sql
        .exec<{ seq: number; data: string }>(
          "SELECT seq, data FROM event WHERE run_id = ? AND type = 'step.started' ORDER BY seq DESC LIMIT 1",
          runId,
        )
        .toArray()[0];
      if (!started) return null;
      const { step }: { step: number } = JSON.parse(started.data);
      const isStored = sql.exec("SELECT 1 FROM step WHERE run_id = ? AND step = ?", runId, step).toArray().length > 0;
      if (isStored || isVoid(sql, runId, started.seq)) return null;
      return { step, fromSeq: started.seq };
    },
    lostUsage: () => lostUsage(sql, runId),
    saveAssistant(step, turn) {
      known = null;
      // The turn includes the usage of its calls, so both change in the same transaction.
      dropCounted(sql, runId, step);
      sql.exec("INSERT OR REPLACE INTO step (run_id, step, turn) VALUES (?, ?, ?)", runId, step, JSON.stringify(turn));
    },
    saveToolResult(step, place, result) {
      known = null;
      sql.exec(
        "INSERT OR REPLACE INTO result (run_id, step, place, data) VALUES (?, ?, ?, ?)",
        runId,
        step,
        place,
        JSON.stringify(result),
      );
    },
  };
}

/** Whether a `step.retried` event after `fromSeq` has already voided the step. */
function isVoid(sql: SqlStorage, runId: string, fromSeq: number): boolean {
  const query = "SELECT 1 FROM event WHERE run_id = ? AND type = 'step.retried' AND seq > ?";
  return sql.exec(query, runId, fromSeq).toArray().length > 0;
}

function storedSteps(sql: SqlStorage, runId: string): StoredStep[] {
  const results = new Map<number, Map<number, StoredResult>>();
  const found = sql.exec<{ step: number; place: number; data: string }>(
    "SELECT step, place, data FROM result WHERE run_id = ? ORDER BY step, place",
    runId,
  );
  for (const { step, place, data } of found) {
    const ofStep = results.get(step) ?? new Map<number, StoredResult>();
    ofStep.set(place, JSON.parse(data));
    results.set(step, ofStep);
  }
  return sql
    .exec<{ step: number; turn: string }>("SELECT step, turn FROM step WHERE run_id = ? ORDER BY step", runId)
    .toArray()
    .map(({ step, turn }) => {
      const stored: StoredTurn = JSON.parse(turn);
      return { step, turn: stored, results: results.get(step) ?? new Map() };
    });
}
