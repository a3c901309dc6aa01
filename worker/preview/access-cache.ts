import { BoundedCache, type Database, executeIdempotent } from "../database/index.ts";
import { selectAccess } from "./store.ts";

/**
 * How long an isolate caches a project's epoch: a page requests dozens of files at once, and every isolate must refuse a
 * revoked visit within a second.
 */
const cacheMs = 400;

/** A project's epoch, and the revision that a visitor without a cookie sees; null without an open visit. */
export type Access = { epoch: string; revision: number | null };

const known = new BoundedCache<{ access: Access | null; readAt: number }>(2_000);

/**
 * Admits a visitor by a project's cached access, or else by its current access. Never caches a refusal: a link may have
 * been created or used a moment ago.
 * @param isGood grants something for an access, or null
 * @returns the result of `isGood`; null when it refuses, or the project does not exist
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
