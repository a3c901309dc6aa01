import { Meter, type ModelPort, requestTokens } from "../../agents/index.ts";
import { priced } from "../../billing/index.ts";
import type { Usage } from "../../contract/index.ts";
import { addUsage, noUsage } from "../../contract/index.ts";

/** How often what a call has used is written while its answer comes. */
const writeEveryMs = 200;

/**
 * Keeps what a run's calls of the model have used until its journal has that: a process that is killed in the middle of an
 * answer, or while it waits to ask again, takes along what the loop has counted, and the model's server charges it all the same.
 */
export class CallMeter {
  readonly #sql: SqlStorage;
  readonly #runId: string;

  constructor(sql: SqlStorage, runId: string) {
    this.#sql = sql;
    this.#runId = runId;
  }

  /** A new process goes on with the run: what the calls of the one before have used is in no journal, and stays here. */
  keepLost(): void {
    this.#sql.exec("UPDATE call SET is_lost = 1 WHERE run_id = ? AND is_lost = 0", this.#runId);
  }

  /** The same model, whose calls are metered from the first that is heard of their answers. */
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
        for await (const event of model.stream(request, signal)) {
          meter.hear(event);
          // A server that was not reached, or refused, has charged nothing.
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

  #write(id: number | null, usage: Usage): number {
    const data = JSON.stringify(usage);
    if (id === null) {
      const inserted = this.#sql.exec<{ id: number }>(
        "INSERT INTO call (run_id, usage, is_lost) VALUES (?, ?, 0) RETURNING id",
        this.#runId,
        data,
      );
      return inserted.one().id;
    }
    this.#sql.exec("UPDATE call SET usage = ? WHERE id = ?", data, id);
    return id;
  }
}

/**
 * Drops what a stored turn counts from now on. The summary of the earlier conversation, step 0, counts its own call alone;
 * the run's next turn counts what was lost as well.
 */
export function dropCounted(sql: SqlStorage, runId: string, step: number): void {
  sql.exec(`DELETE FROM call WHERE run_id = ? ${step === 0 ? "AND is_lost = 0" : ""}`, runId);
}

/** What calls used whose process is gone, and which no turn counts. */
export const lostUsage = (sql: SqlStorage, runId: string): Usage => usageIn(sql, runId, "AND is_lost = 1");

/** All that a run has used: what its journal has, and what is only metered yet. */
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
