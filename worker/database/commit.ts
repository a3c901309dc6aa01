import { eq } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { operation } from "../../drizzle/schema/index.ts";
import { AppError } from "../errors.ts";
import type { Database } from "./connect.ts";
import { databaseErrorOf, isDuplicateOperation, isTransient, isUnknownOutcome, toAppError } from "./errors.ts";

/** A statement that has not been sent yet. */
export type Statement = BatchItem<"pg">;

export type Commit = {
  /** Names this commit for ever: sent again with the same id, it changes nothing and gives the stored result. */
  opId: string;
  /** What kind of commit it is, for who reads the table. */
  kind: string;
  /** The result, where it is known beforehand. */
  result?: unknown;
  /**
   * Without `result`, the last one's row has the result in its column `result`, and one of them has stored it in the
   * operation's row. No such row, no result: null.
   */
  statements: Statement[];
};

/** `replayed`: an earlier sending of the same operation had been committed, and this one changed nothing. */
export type Committed = { result: unknown; replayed: boolean };

const commitTimeoutMs = 9_000;
const firstBackoffMs = 25;

/**
 * Runs statements as one transaction in one HTTP request, exactly once.
 *
 * The operation's row is inserted first, without ON CONFLICT, so a second sending fails on its primary key; an outcome
 * that is not known (no answer, a lost COMMIT) is therefore safe to send again until it is.
 * @throws AppError of the guard that failed; `outcome_unknown` when the database did not answer within 9 s.
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
 * The same by one statement, which is a transaction of its own: three turns less between Neon's proxy and the database. It
 * inserts the operation's row itself, before all else that it does, and gives the result in its row's column `result`.
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
          "The database does not answer, so it is not known whether this was done. Ask again with the same Idempotency-Key.",
          { cause: error, retryAfter: 2 },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** `result` of an answer's first row: a built query's answer is its rows, one of plain SQL has them as `rows`. */
function resultOf(answer: unknown): unknown {
  const rows = typeof answer === "object" && answer !== null && "rows" in answer ? answer.rows : answer;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return typeof row === "object" && row !== null && "result" in row ? row.result : null;
}

/**
 * Executes one idempotent statement, and once more when no answer came: a read, or a write that sets absolute values.
 * @throws AppError `dependency_down` when the database does not answer; the guard's error otherwise.
 */
export const executeIdempotent = <T>(statement: { execute(): Promise<T> }): Promise<T> =>
  retryOnce(() => statement.execute());

/** Executes a list of idempotent statements as one transaction in one request. */
export const executeIdempotentBatch = <S extends Statement, Rest extends Readonly<[S, ...S[]]>>(
  database: Database,
  statements: Rest,
): Promise<BatchResponse<Rest>> => retryOnce(() => database.batch(statements));

/** A first attempt that took longer than this is not repeated. */
const retryTimeoutMs = 3_000;

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
