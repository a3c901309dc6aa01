import type { Context } from "../accounts/index.ts";
import { newId, type Operation } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { commitBatch, type Revised } from "./apply-batch.ts";
import { recode } from "./content.ts";
import { findBatch } from "./find-batch.ts";
import { listFiles } from "./list-files.ts";
import { type RunChangeRow, selectRevisionBeforeRun, selectRunChanges } from "./run-changes-store.ts";

type Undone = { projectId: string; runId: string; prompt: string };

const maxPromptLength = 80;

/** Returns the number of the revision before a run's first; 0 for a run that began the project, or changed nothing. */
export async function revisionBeforeRun({ database }: Context, projectId: string, runId: string): Promise<number> {
  const [row] = await executeIdempotent(selectRevisionBeforeRun(database, projectId, runId));
  return row?.before ?? 0;
}

/** Returns the operation that restores a path's content from before the run; null when the path is already gone. */
function inverseOf(change: RunChangeRow, present: ReadonlySet<string>): Operation | null {
  const { path, content, stored, encoding, language } = change;
  if (content !== null && stored !== null && encoding !== null && language !== null)
    return { op: "write", path, content: recode(content, stored, encoding), encoding, language };
  return present.has(path) ? { op: "delete", path } : null;
}

/**
 * Undoes the changes of a run, as one new revision: each of its paths gets the content from before the run. Keeps later
 * changes by others: text is merged three ways.
 * @throws AppError `not_found`; `conflict` when the run changed nothing; `revision_conflict` when later changes are in the
 *   same lines
 */
export async function undoRun(
  context: Context,
  { projectId, runId, prompt }: Undone,
  opId = newId("operation"),
): Promise<Revised> {
  const { data } = await listFiles(context, { projectId, revision: undefined });
  const changes = await executeIdempotent(selectRunChanges(context.database, projectId, runId));
  const present = new Set(data.map(({ path }) => path));
  const operations = changes.map((change) => inverseOf(change, present)).filter((operation) => operation !== null);
  if (operations.length === 0) {
    const earlier = await findBatch(context.database, opId);
    if (earlier !== null) return { result: earlier, etag: null };
    throw new AppError("conflict", "This run changed no files, or its changes are already undone.");
  }
  const line = prompt.replaceAll(/\s+/g, " ").trim();
  const message = `Undo: ${line.length > maxPromptLength ? `${line.slice(0, maxPromptLength)}…` : line}`;
  // Based on the run's last revision, so that later changes of the same paths are merged or conflict.
  const expectedRevision = Math.max(...changes.map(({ last }) => last));
  const input = { operations, message, expectedRevision, onConflict: "merge" as const };
  return commitBatch(context, { projectId, opId, undoes: runId, input });
}
