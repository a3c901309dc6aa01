import { Meter, type ModelPort, requestTokens } from "../../agents/index.ts";
import { priced } from "../../billing/index.ts";
import type { Usage } from "../../contract/index.ts";
import { addUsage, noUsage } from "../../contract/index.ts";
import { metrics } from "../../monitoring/index.ts";

/** Interval at which the usage of a streaming call is written. */
const writeEveryMs = 200;

let lastCallId = 0;

/** Returns an id that no call has or had: a deleted row's id must not be used again while its call goes on. */
function nextCallId(): number {
  lastCallId = Math.max(lastCallId + 1, Date.now() * 1_000);
  return lastCallId;
}

/**
 * Stores the usage of a run's model calls until a checkpoint contains it. A process that dies during a response, or
 * while it waits to retry, loses the loop's counts, but the model's server charges for them.
 */
export class CallMeter {
  readonly #sql: SqlStorage;
  readonly #runId: string;

  constructor(sql: SqlStorage, runId: string) {
    this.#sql = sql;
    this.#runId = runId;
  }

  /** Marks the calls of a previous process as lost: no checkpoint contains their usage. */
  keepLost(): void {
    this.#sql.exec("UPDATE call SET is_lost = 1 WHERE run_id = ? AND is_lost = 0", this.#runId);
  }

  /** Wraps a model so that the usage of its calls is stored from the first event of a response on. */
  metered(model: ModelPort): ModelPort {
    const write = (id: number | null, usage: Usage): number => this.#write(id, usage);
    return {
      modelId: (tier) => model.modelId(tier),
      priceOf: (tier) => model.priceOf(tier),
      async *stream(request, signal) {
        const meter = new Meter(request, requestTokens(request));
        const price = model.priceOf(request.tier);
        let id: number | null = null;
        let writtenAt = 0;
        metrics.count("model_calls");
        for await (const event of model.stream(request, signal)) {
          meter.hear(event);
          if (event.type === "failed") metrics.count("model_failures");
          // A server that was unreachable or refused the request has charged nothing.
          const isFirst = id === null && event.type !== "failed";
          const isLate = id !== null && Date.now() - writtenAt >= writeEveryMs;
          if (isFirst || isLate || event.type === "usage") {
            id = write(id, priced(meter.usage("broken"), price));
            writtenAt = Date.now();
          }
          yield event;
        }
      },
    };
  }

  /**
   * Writes a call's usage so far. A call beside the steps may go on while a turn is saved, which deletes the rows of all
   * calls: its row is then inserted again, since the turn does not count it.
   */
  #write(known: number | null, usage: Usage): number {
    const id = known ?? nextCallId();
    this.#sql.exec(
      "INSERT INTO call (id, run_id, usage, is_lost) VALUES (?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET usage = excluded.usage",
      id,
      this.#runId,
      JSON.stringify(usage),
    );
    return id;
  }
}

/**
 * Deletes the stored usage that a saved turn now counts. Step 0, the summary of the earlier conversation, counts its
 * own call alone; the run's next turn counts lost calls as well.
 */
export function dropCounted(sql: SqlStorage, runId: string, step: number): void {
  sql.exec(`DELETE FROM call WHERE run_id = ? ${step === 0 ? "AND is_lost = 0" : ""}`, runId);
}

/** Returns the usage of calls whose process died and which no turn counts. */
export const lostUsage = (sql: SqlStorage, runId: string): Usage => usageIn(sql, runId, "AND is_lost = 1");

/** Returns a run's total usage: that of its stored turns, and that of calls not counted by one yet. */
export function usageOf(sql: SqlStorage, runId: string): Usage {
  return sum([
    ...usagesIn(sql, "SELECT json_extract(turn, '$.usage') AS usage FROM step WHERE run_id = ?", runId),
    usageIn(sql, runId, ""),
  ]);
}

function usageIn(sql: SqlStorage, runId: string, clause: string): Usage {
  return sum(usagesIn(sql, `SELECT usage FROM call WHERE run_id = ? ${clause}`, runId));
}

const usagesIn = (sql: SqlStorage, query: string, runId: string): Usage[] =>
  sql
    .exec<{ usage: string }>(query, runId)
    .toArray()
    .map(({ usage }): Usage => JSON.parse(usage));

const sum = (usages: Usage[]): Usage => usages.reduce(addUsage, noUsage);
