import { type Database, executeIdempotent } from "../database/index.ts";
import { deleteUnowned } from "./contents-store.ts";

/** The maximum number of spaces per sweep; one space may contain as much as an account may store. */
const spacesAtOnce = 20;

/** Deletes contents without a project: of failed imports, and of projects that were deleted with their owner. */
export async function sweepContents(database: Database): Promise<void> {
  await executeIdempotent(deleteUnowned(database, spacesAtOnce));
}
