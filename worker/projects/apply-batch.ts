import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import { type BatchInput, type BatchResult, batchResult } from "../contract/index.ts";
import { commit, executeIdempotent } from "../database/index.ts";
import { AppError, isAppError } from "../errors.ts";
import { newEventId } from "../webhooks/index.ts";
import { type BatchRequest, prepareBatch } from "./batch-statement.ts";
import { type Conflict, conflictsOf, mergeConflicts } from "./conflicts.ts";
import { recode } from "./content.ts";
import { selectBinary, selectBlobs } from "./contents-store.ts";
import { type MergeWork, newMergeWork } from "./merge.ts";

/** The maximum number of merges while others keep changing the same paths. */
const maxMerges = 5;

/** The result of a commit that created a revision. */
export type Revised = {
  result: BatchResult;
  /** The project's ETag after the commit; null, because it is unknown, when an earlier attempt made the commit. */
  etag: string | null;
};

const revised = z.object({ etag: z.string().nullable().default(null) });

/** Parses the result of the database functions that create a revision. */
export const revisedFrom = (result: unknown): Revised => ({
  result: batchResult.parse(result),
  etag: revised.parse(result).etag,
});

/**
 * Applies a batch as `commitBatch` does.
 * @returns the revision and its changes, without the ETag
 */
export const applyBatch = async (context: Context, request: BatchRequest): Promise<BatchResult> =>
  (await commitBatch(context, request)).result;

/**
 * Applies a batch in one HTTP request to the database: all of its operations as one new revision, or none of them. A
 * batch with a used `opId` changes nothing and returns the stored result. With `onConflict: "merge"`, text that others
 * changed meanwhile is merged three ways.
 * @returns the revision with its changes, and the project's ETag
 * @throws AppError of the guard that failed; `revision_conflict` has `conflicts: [{path, base, yours, theirs}]`
 */
export async function commitBatch(context: Context, request: BatchRequest): Promise<Revised> {
  let input = request.input;
  const eventId = newEventId();
  const work = newMergeWork();
  for (let merges = 0; ; merges += 1) {
    const { statement, sha256Of } = prepareBatch(context, { ...request, input, eventId });
    try {
      const { result } = await commit(context.database, {
        opId: request.opId,
        kind: "batch",
        statements: [statement],
      });
      return revisedFrom(result);
    } catch (error) {
      if (!isAppError(error, "revision_conflict")) throw error;
      const conflicts = conflictsOf(error, sha256Of);
      const merged =
        input.onConflict === "merge" && merges < maxMerges
          ? await merge(context, request, { input, work }, conflicts)
          : null;
      if (merged === null)
        throw new AppError(error.code, error.detail, { members: { conflicts: conflicts.conflicts }, cause: error });
      input = merged;
    }
  }
}

async function merge(
  { database }: Context,
  { projectId }: BatchRequest,
  { input, work }: { input: BatchInput; work: MergeWork },
  { head, conflicts }: { head: number; conflicts: Conflict[] },
): Promise<BatchInput | null> {
  const hashes = conflicts.flatMap(({ base, theirs }) => [base, theirs]).filter((hash) => hash !== null);
  if (hashes.length === 0) return null;
  const [blobs, binary] = await Promise.all([
    executeIdempotent(selectBlobs(database, projectId, hashes)),
    executeIdempotent(
      selectBinary(
        database,
        projectId,
        conflicts.map(({ path }) => path),
        hashes,
      ),
    ),
  ]);
  // The same content may be text in one file and binary in another, however the blob is encoded: the history of these
  // paths decides.
  const isBinary = new Set(binary.map(({ sha256 }) => sha256));
  const texts = new Map(
    blobs
      .filter(({ sha256 }) => !isBinary.has(sha256))
      .map(({ sha256, content, encoding }) => [sha256, recode(content, encoding, "utf-8")]),
  );
  return mergeConflicts(input, head, conflicts, { texts, work });
}
