import type { Context } from "../accounts/index.ts";
import type { FileContent } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { recode } from "./content.ts";
import { checkedPath } from "./file-path.ts";
import { getProject } from "./get-project.ts";
import { parseRevision } from "./parse-revision.ts";
import { selectFile } from "./store.ts";

/**
 * Returns one file at a revision, by default the head.
 * @throws AppError `not_found`, `invalid_path`
 */
export async function readFile(
  context: Context,
  { projectId, path, revision }: { projectId: string; path: string; revision?: string | undefined },
): Promise<FileContent> {
  const checked = checkedPath(path, "/path");
  const { head } = await getProject(context, projectId);
  const [row] = await executeIdempotent(
    selectFile(context.database, projectId, checked, parseRevision(revision, head)),
  );
  if (!row || row.sha256 === null || row.content === null || row.stored === null) {
    throw new AppError("not_found", "File not found at this revision.");
  }
  const { sha256, bytes, language, encoding } = row;
  return {
    path: checked,
    content: recode(row.content, row.stored, encoding),
    encoding,
    language,
    bytes,
    sha256,
    revision: row.revision,
  };
}
