import type { Context } from "../accounts/index.ts";
import type { Diff } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { recode } from "./content.ts";
import { selectBlobs } from "./contents-store.ts";
import { getProject } from "./get-project.ts";
import { parseRevision } from "./parse-revision.ts";
import { selectDifferences } from "./store.ts";
import { unifiedDiffs } from "./unified-diff.ts";

/** The maximum size of the texts that one response compares, in bytes; further files have no diff. */
const maxBytes = 4_000_000;
type Input = { projectId: string; from: string | undefined; to: string | undefined };

/**
 * Compares two revisions, as unified diffs. `to` defaults to the head, and `from` to the revision before `to`. A file
 * that is binary, or beyond the first 4 MB, has no diff.
 * @throws AppError `not_found`
 */
export async function diffRevisions(context: Context, { projectId, from, to }: Input): Promise<Diff> {
  const { database } = context;
  const { head } = await getProject(context, projectId);
  const toNumber = parseRevision(to, head);
  const fromNumber = parseRevision(from, head, Math.max(toNumber - 1, 0));
  const differences = await executeIdempotent(selectDifferences(database, projectId, fromNumber, toNumber));
  const shown = withinBytes(
    differences.filter(({ isText }) => isText),
    maxBytes,
  );
  const hashes = shown.flatMap(({ before, after }) => [before, after]).filter((hash) => hash !== null);
  const blobs =
    hashes.length > 0 ? await executeIdempotent(selectBlobs(database, projectId, [...new Set(hashes)])) : [];
  const texts = new Map(blobs.map(({ sha256, content, encoding }) => [sha256, recode(content, encoding, "utf-8")]));
  const diffOf = unifiedDiffs();
  const shownDiff = (path: string, before: string | null | undefined, after: string | null | undefined) =>
    before === undefined || after === undefined ? null : diffOf(path, before, after);
  const data = differences.map(({ path, before, after, isText }) => ({
    path,
    action: before === null ? ("created" as const) : after === null ? ("deleted" as const) : ("updated" as const),
    before,
    after,
    binary: !isText,
    diff: isText ? shownDiff(path, textOf(texts, before), textOf(texts, after)) : null,
  }));
  return { from: fromNumber, to: toNumber, data };
}

/** Returns the first items whose total size stays within a maximum. */
function withinBytes<One extends { bytes: number }>(all: One[], max: number): One[] {
  let total = 0;
  return all.filter(({ bytes }) => {
    total += bytes;
    return total <= max;
  });
}

/** Returns a text by its hash: null without a file, undefined when it is not compared. */
const textOf = (texts: Map<string, string>, hash: string | null): string | null | undefined =>
  hash === null ? null : texts.get(hash);
