import { ulid } from "ulid";
import { idPrefixes } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { deleteOrphans } from "./contents-store.ts";

/** An import takes minutes at the most. */
const orphanedAfterMs = 60 * 60_000;

/** Removes the contents of imports that never became a project. */
export async function sweepContents(database: Database, now = Date.now()): Promise<void> {
  await read(deleteOrphans(database, `${idPrefixes.project}_${ulid(now - orphanedAfterMs).toLowerCase()}`));
}
