import { eq } from "drizzle-orm";
import { operation } from "../../drizzle/schema/index.ts";
import { type BatchResult, batchResult } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";

/** Returns the result of the batch that was committed under an operation's id; null when none was. */
export async function findBatch(database: Database, opId: string): Promise<BatchResult | null> {
  const [row] = await executeIdempotent(
    database.select({ result: operation.result }).from(operation).where(eq(operation.opId, opId)),
  );
  return row ? batchResult.parse(row.result) : null;
}
