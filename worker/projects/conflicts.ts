import { z } from "zod";
import type { BatchInput, Operation } from "../contract/index.ts";
import type { AppError } from "../errors.ts";
import { type MergeWork, mergeText } from "./merge.ts";

/** A path that changed since the batch's base: contents by hash, null without a file. */
export type Conflict = { path: string; base: string | null; yours: string | null; theirs: string | null };

/** The texts by hash, and the work left for comparing them. */
type Contents = { texts: Map<string, string>; work: MergeWork };

const members = z.object({
  head: z.int(),
  conflicts: z.array(z.object({ path: z.string(), base: z.string().nullable(), theirs: z.string().nullable() })),
});

/** Parses the conflicts that the database reports, and adds the hashes that the batch would have written. */
export function conflictsOf(error: AppError, sha256Of: Map<string, string>): { head: number; conflicts: Conflict[] } {
  const { head, conflicts } = members.parse(error.members);
  return { head, conflicts: conflicts.map((found) => ({ ...found, yours: sha256Of.get(found.path) ?? null })) };
}

/**
 * Merges each conflict of a batch.
 * @returns the batch with merged contents, based on `head`; null when a conflict cannot be merged cleanly
 */
export function mergeConflicts(
  input: BatchInput,
  head: number,
  conflicts: Conflict[],
  { texts, work }: Contents,
): BatchInput | null {
  const byPath = new Map(conflicts.map((conflict) => [conflict.path, conflict]));
  const operations: Operation[] = [];
  for (const operation of input.operations) {
    const conflict = byPath.get(operation.path) ?? ("to" in operation ? byPath.get(operation.to) : undefined);
    const merged = conflict ? mergeOperation(operation, conflict, { texts, work }) : operation;
    if (merged === null) return null;
    operations.push(merged);
  }
  return { ...input, expectedRevision: head, operations };
}

function mergeOperation(operation: Operation, { base, theirs }: Conflict, { texts, work }: Contents): Operation | null {
  if (operation.op !== "update" && operation.op !== "write") return null;
  if ((operation.encoding ?? "utf-8") !== "utf-8" || base === null || theirs === null) return null;
  const baseText = texts.get(base);
  const theirText = texts.get(theirs);
  if (baseText === undefined || theirText === undefined) return null;
  const content = mergeText(operation.content, baseText, theirText, work);
  return content === null ? null : { ...operation, content, expectedSha256: theirs };
}
