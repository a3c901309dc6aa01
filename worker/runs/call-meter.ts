import { addUsage, type ModelEvent, type ModelPort, noUsage, priced } from "../agents/index.ts";
import type { Usage } from "../contract/index.ts";

/** As the loop estimates a request: three characters to a token, which is on the high side. */
const charactersToToken = 3;
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

  /** What calls used whose process is gone. */
  lost(): Usage {
    return usageIn(this.#sql, this.#runId, "AND is_lost = 1");
  }

  /** The same model, whose calls are metered from the first that is heard of their answers. */
  metered(model: ModelPort): ModelPort {
    const write = (id: number | null, usage: Usage): number => this.#write(id, usage);
    return {
      modelId: (tier) => model.modelId(tier),
      async *stream(request, signal) {
        const modelId = model.modelId(request.tier);
        let heard = nothingHeard;
        let id: number | null = null;
        let writtenAt = 0;
        for await (const event of model.stream(request, signal)) {
          heard = withEvent(heard, event);
          // A server that was not reached, or refused, has charged nothing.
          const isFirst = id === null && event.type !== "failed";
          const isLate = id !== null && Date.now() - writtenAt >= writeEveryMs;
          if (isFirst || isLate || event.type === "usage") {
            id = write(id, priced(countedIn(heard), modelId));
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

/** The journal has what the calls of this process used. */
export function dropCounted(sql: SqlStorage, runId: string): void {
  sql.exec("DELETE FROM call WHERE run_id = ? AND is_lost = 0", runId);
}

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

type Heard = { usage: Omit<Usage, "microUsd">; characters: number };

const nothingHeard: Heard = { usage: noUsage, characters: 0 };

function withEvent({ usage, characters }: Heard, event: ModelEvent): Heard {
  if (event.type === "usage") return { usage: event.usage, characters };
  if (event.type === "text") return { usage, characters: characters + event.text.length };
  if (event.type === "tool_json") return { usage, characters: characters + event.json.length };
  return { usage, characters };
}

/** The server's figure for the answer comes at its end; until then what was heard of it is estimated. */
const countedIn = ({ usage, characters }: Heard): Omit<Usage, "microUsd"> => ({
  ...usage,
  outputTokens: Math.max(usage.outputTokens, Math.ceil(characters / charactersToToken)),
});
