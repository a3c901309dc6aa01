import { type Database, executeIdempotent } from "../database/index.ts";
import { deleteUnowned } from "./contents-store.ts";

/** As much as an account may store can be in one of them. */
const spacesAtOnce = 20;

/** Deletes contents that are nobody's: of imports that never became a project, and of projects that went with their owner. */
export async function sweepContents(database: Database): Promise<void> {
  await executeIdempotent(deleteUnowned(database, spacesAtOnce));
}
