import type { Context } from "../accounts/index.ts";
import type { Encoding } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { ContentCache } from "./content-cache.ts";
import { selectBlobRight, selectBlobs } from "./contents-store.ts";
import { getProject } from "./get-project.ts";

/** A content with the encoding that it is stored in. */
export type Blob = { sha256: string; content: string; encoding: Encoding; bytes: number };

/**
 * Returns a content of a project by the SHA-256 of its bytes. Contents are immutable, so the edge's cache may serve
 * them; the caller's permission is checked in the database every time.
 * @throws AppError `not_found`
 */
export async function readBlob(
  context: Context,
  { projectId, sha256 }: { projectId: string; sha256: string },
  cache: ContentCache,
): Promise<Blob> {
  const { database } = context;
  await getProject(context, projectId);
  const [right] = await executeIdempotent(selectBlobRight(database, projectId, sha256));
  if (!right) throw new AppError("not_found", "Content not found in this project.");
  const { space, encoding, bytes } = right;
  const cached = await cache.get(space, sha256);
  if (cached !== null) return { sha256, content: cached, encoding, bytes };
  const [row] = await executeIdempotent(selectBlobs(database, projectId, [sha256]));
  if (!row) throw new AppError("not_found", "Content not found in this project.");
  cache.put(space, sha256, row.content);
  return { sha256, content: row.content, encoding, bytes };
}
