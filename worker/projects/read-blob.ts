import type { Context } from "../accounts/index.ts";
import type { Encoding } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "./get-project.ts";
import { selectBlobs } from "./store.ts";

export type Blob = { sha256: string; content: string; encoding: Encoding; bytes: number };

/**
 * A content of a project by the SHA-256 of its bytes. It never changes.
 * @throws AppError `not_found`
 */
export async function readBlob(
  context: Context,
  { projectId, sha256 }: { projectId: string; sha256: string },
): Promise<Blob> {
  await getProject(context, projectId);
  const [row] = await read(selectBlobs(context.database, projectId, [sha256]));
  if (!row) throw new AppError("not_found", "There is no such content in this project.");
  return { sha256: row.sha256, content: row.content, encoding: row.encoding, bytes: row.bytes };
}
