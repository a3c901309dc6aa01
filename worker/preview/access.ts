import { type Database, Remembered, read } from "../database/index.ts";
import { selectAccess } from "./store.ts";

/**
 * How long an isolate believes what it has read of a project's epoch. A page asks for dozens of files at once, and a
 * revoked visit must be refused within a second, whichever isolate is asked.
 */
const cacheMs = 400;

/** A project's epoch, and the revision that a visitor without a cookie sees, where such a visit is open. */
export type Access = { epoch: string; revision: number | null };

const known = new Remembered<{ access: Access | null; readAt: number }>(2_000);

/** @returns null for a project that there is not (any more) */
export async function accessOf(database: Database, projectId: string, visitor: string): Promise<Access | null> {
  const key = `${projectId} ${visitor}`;
  const cached = known.find(key);
  const readAt = Date.now();
  if (cached && readAt - cached.readAt < cacheMs) return cached.access;
  const [access = null] = await read(selectAccess(database, projectId, visitor));
  known.note(key, { access, readAt });
  return access;
}
