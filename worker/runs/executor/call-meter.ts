import { Meter, type ModelEvent, type ModelPort, requestTokens } from "../../agents/index.ts";
import { priced } from "../../billing/index.ts";
import type { Usage } from "../../contract/index.ts";
import { addUsage, noUsage } from "../../contract/index.ts";
import { metrics } from "../../monitoring/index.ts";

/** Interval at which the usage of a streaming call is written. */
const writeEveryMs = 200;
/** How long usage waits for the content that follows it. */
const maxWaitMs = 50;

let lastCallId = 0;

/** Returns an unused id: a deleted row's id must not be used again while its call continues. */
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

  /**
   * Wraps a model so that the usage of its calls is stored from their beginning on: a server reads, and charges for, a
   * request that was in flight when this process died. The first write shares the transaction of the event that the step
   * has started, and the next one that of the first content: each transaction of its own would delay the first delta by
   * a disk sync.
   */
  metered(model: ModelPort): ModelPort {
    const write = (id: number | null, usage: Usage): number => this.#write(id, usage);
    return {
      modelId: (tier) => model.modelId(tier),
      priceOf: (tier) => model.priceOf(tier),
      async *stream(request, signal) {
        const meter = new Meter(request, requestTokens(request));
        const price = model.priceOf(request.tier);
        const id = write(null, priced(meter.usage("cancelled"), price));
        // A server that was unreachable or refused the request has charged nothing.
        const writes = new DelayedWrites(() => write(id, priced(meter.usage("broken"), price)));
        metrics.count("model_calls");
        try {
          for await (const event of model.stream(request, signal)) {
            meter.hear(event);
            if (event.type === "failed") metrics.count("model_failures");
            writes.after(event);
            yield event;
          }
        } finally {
          writes.stop();
        }
      },
    };
  }

  /**
   * Writes a call's usage so far. A call beside the steps may continue while saving a turn deletes the rows of all calls:
   * this then inserts its row again, since the turn does not count it.
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

/** Decides when a call's usage is written: at its end, with its content at intervals, and soon after its beginning. */
class DelayedWrites {
  readonly #write: () => void;
  #writtenAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(write: () => void) {
    this.#write = write;
  }

  /** Usage that precedes the content waits for it, so that both share a transaction. */
  after(event: ModelEvent): void {
    const isEnd = event.type === "failed" || (event.type === "usage" && event.isFinal === true);
    const isContent = event.type !== "usage" && Date.now() - this.#writtenAt >= writeEveryMs;
    if (isEnd || isContent) this.#writeNow();
    else if (event.type === "usage") this.#timer ??= setTimeout(() => this.#writeNow(), maxWaitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #writeNow(): void {
    this.stop();
    this.#write();
    this.#writtenAt = Date.now();
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
