import { BoundedCache, type Database, executeIdempotent } from "../database/index.ts";
import { selectAccess } from "./store.ts";

/**
 * How long an isolate believes what it has read of a project's epoch. A page asks for dozens of files at once, and a
 * revoked visit must be refused within a second, whichever isolate is asked.
 */
const cacheMs = 400;

/** A project's epoch, and the revision that a visitor without a cookie sees, where such a visit is open. */
export type Access = { epoch: string; revision: number | null };

const known = new BoundedCache<{ access: Access | null; readAt: number }>(2_000);

/**
 * What lets a visitor in, as `isGood` sees it in a project's access. Nobody is refused by what was read a moment ago: a link may have
 * been made, or used, since then.
 * @returns null where nothing does, or there is no such project (any more)
 */
export async function admitted<T>(
  database: Database,
  { projectId, visitor }: { projectId: string; visitor: string },
  isGood: (access: Access) => Promise<T | null>,
): Promise<T | null> {
  const key = `${projectId} ${visitor}`;
  const readAt = Date.now();
  const cached = known.get(key);
  if (cached?.access && readAt - cached.readAt < cacheMs) {
    const found = await isGood(cached.access);
    if (found !== null) return found;
  }
  const [access = null] = await executeIdempotent(selectAccess(database, projectId, visitor));
  known.set(key, { access, readAt });
  return access && isGood(access);
}
