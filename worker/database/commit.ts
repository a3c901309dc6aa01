import { eq } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { operation } from "../../drizzle/schema/index.ts";
import { AppError } from "../errors.ts";
import type { Database } from "./connect.ts";
import { databaseErrorOf, isDuplicateOperation, isTransient, isUnknownOutcome, toAppError } from "./errors.ts";

/** A statement that is not executed yet. */
export type Statement = BatchItem<"pg">;

export type Commit = {
  /** The operation id. A retry with the same id changes nothing and returns the stored result. */
  opId: string;
  /** The kind of commit, for operators who read the table. */
  kind: string;
  /** The result, when it is known in advance. */
  result?: unknown;
  /**
   * Without `result`, the last statement returns a row with the column `result`, and one statement stores the result in
   * the operation's row. Without such a row the result is null.
   */
  statements: Statement[];
};

/** `replayed`: an earlier attempt of the same operation had been committed, and this one changed nothing. */
export type Committed = { result: unknown; replayed: boolean };

const commitTimeoutMs = 9_000;
const firstBackoffMs = 25;

/**
 * Commits statements as one transaction in one HTTP request, exactly once.
 *
 * The first statement inserts the operation's row without ON CONFLICT, so that a second attempt fails on the primary
 * key. A commit with an unknown outcome (no response, a lost COMMIT) is therefore safe to retry.
 * @throws AppError of the guard that failed; `outcome_unknown` when the database did not respond within 9 s
 */
export async function commit(
  database: Database,
  { opId, kind, result = null, statements }: Commit,
): Promise<Committed> {
  const begin = database.insert(operation).values({ opId, kind, result });
  return exactlyOnce(database, opId, async () => {
    const answers = await database.batch([begin, ...statements]);
    return result ?? resultOf(answers.at(-1));
  });
}

/**
 * Commits a single statement exactly once. Being a transaction of its own, it saves three round trips between Neon's
 * proxy and the database. The statement inserts the operation's row itself, before anything else, and returns the
 * result in the column `result`.
 */
export const commitStatement = (
  database: Database,
  { opId, statement }: { opId: string; statement: { execute(): Promise<unknown> } },
): Promise<Committed> => exactlyOnce(database, opId, async () => resultOf(await statement.execute()));

async function exactlyOnce(database: Database, opId: string, run: () => Promise<unknown>): Promise<Committed> {
  const send = async (): Promise<Committed> => ({ result: await run(), replayed: false });
  const stored = () => database.select({ result: operation.result }).from(operation).where(eq(operation.opId, opId));
  const readStoredResult = async (): Promise<Committed> => ({ result: resultOf(await stored()), replayed: true });
  let attempt = send;
  const deadline = Date.now() + commitTimeoutMs;
  for (let pauseMs = firstBackoffMs; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    try {
      return await attempt();
    } catch (error) {
      const failure = databaseErrorOf(error);
      if (!failure) throw error;
      if (isDuplicateOperation(failure)) {
        attempt = readStoredResult;
        continue;
      }
      if (!isUnknownOutcome(failure) && !isTransient(failure)) throw toAppError(error);
      if (Date.now() + pauseMs > deadline) {
        throw new AppError(
          "outcome_unknown",
          "The database didn't respond, so the outcome is unknown. Try again with the same Idempotency-Key.",
          { cause: error, retryAfter: 2 },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** @returns `result` of the first row. The response of a built query is its rows; plain SQL has them in `rows`. */
function resultOf(response: unknown): unknown {
  const rows = typeof response === "object" && response !== null && "rows" in response ? response.rows : response;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return typeof row === "object" && row !== null && "result" in row ? row.result : null;
}

/**
 * Executes one idempotent statement, a read or a write of absolute values, and retries once when no response came.
 * @throws AppError `dependency_down` when the database does not respond; otherwise the guard's error
 */
export const executeIdempotent = <T>(statement: { execute(): Promise<T> }): Promise<T> =>
  retryOnce(() => statement.execute());

/** Executes several idempotent statements as one transaction in one request, with the same retry. */
export const executeIdempotentBatch = <S extends Statement, Rest extends Readonly<[S, ...S[]]>>(
  database: Database,
  statements: Rest,
): Promise<BatchResponse<Rest>> => retryOnce(() => database.batch(statements));

/** The maximum duration of a first attempt that is retried. */
const retryTimeoutMs = 3_000;

/**
 * Runs an idempotent request, and retries it once after an unknown outcome or a transient error, unless the first
 * attempt was slow.
 * @throws AppError `dependency_down` when both attempts fail; the translated error otherwise
 */
export async function retryOnce<T>(run: () => Promise<T>): Promise<T> {
  const from = Date.now();
  try {
    return await run();
  } catch (error) {
    const failure = databaseErrorOf(error);
    const passes = failure !== null && (isUnknownOutcome(failure) || isTransient(failure));
    if (!passes || Date.now() - from > retryTimeoutMs) throw toAppError(error);
  }
  try {
    return await run();
  } catch (error) {
    throw toAppError(error);
  }
}
