import { DataFault, sentenceOf } from "./data-fault.ts";
import type { SqlBinding, SqlChannel, SqlResult, SqlStatement } from "./sql-channel.ts";

/** The row limit of the platform's own statements, which return complete lists of tables, columns and indexes. */
const OWN_ROWS = 10_000;
const OWN_BYTES = 4_000_000;

/** Creates a statement. */
export const sql = (text: string, ...values: SqlBinding[]): SqlStatement => ({ text, values });

/** One database of an app. */
export class Database {
  readonly #channel: SqlChannel;

  constructor(channel: SqlChannel) {
    this.#channel = channel;
  }

  /**
   * Executes statements as one transaction.
   * @throws DataFault with SQLite's sentence; `storage_full` for a write to a full database
   */
  async run(
    statements: readonly SqlStatement[],
    { maxRows = OWN_ROWS, maxBytes = OWN_BYTES }: { maxRows?: number; maxBytes?: number } = {},
  ): Promise<{ results: SqlResult[]; databaseSize: number }> {
    const answer = await this.#channel({ statements: [...statements], maxRows, maxBytes });
    if (!("error" in answer)) return answer;
    const detail = sentenceOf(answer.error);
    if (detail.includes("database is full")) throw new DataFault("storage_full", detail);
    throw new DataFault(
      /constraint failed|datatype mismatch|cannot store/.test(detail) ? "constraint_failed" : "invalid_query",
      detail,
    );
  }

  /** Executes one statement. */
  async one(statement: SqlStatement, limits: { maxRows?: number; maxBytes?: number } = {}): Promise<SqlResult> {
    const { results } = await this.run([statement], limits);
    return results[0] ?? { columns: [], rows: [], truncated: false };
  }
}
