import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { Context } from "../accounts/index.ts";
import type { Diff } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { recode } from "./content.ts";
import { selectBlobs } from "./contents-store.ts";
import { getProject } from "./get-project.ts";
import { revisionAt } from "./revision-number.ts";
import { selectDifferences } from "./store.ts";

/** Beyond this many bytes of text in all a file is named without its diff. */
const mostBytes = 4_000_000;
/**
 * A pair of texts that differ in more lines than this is shown as one replaced by the other. Comparing takes steps in the
 * square of that number, and one answer takes no more of them than `mostSteps`: 12,000 lines took 20 s on a busy machine.
 */
const mostEdits = 2_000;
const mostSteps = 8_000_000;

type Input = { projectId: string; from: string | undefined; to: string | undefined };

/**
 * What changed between two revisions, as unified diffs; `to` is the head and `from` the revision before it unless named.
 * A file that is not text, or beyond the first 4 MB, has no diff.
 * @throws AppError `not_found`
 */
export async function diffRevisions(context: Context, { projectId, from, to }: Input): Promise<Diff> {
  const { database } = context;
  const { head } = await getProject(context, projectId);
  const toNumber = revisionAt(to, head);
  const fromNumber = revisionAt(from, head, Math.max(toNumber - 1, 0));
  const differences = await read(selectDifferences(database, projectId, fromNumber, toNumber));
  const shown = withinBytes(
    differences.filter(({ isText }) => isText),
    mostBytes,
  );
  const hashes = shown.flatMap(({ before, after }) => [before, after]).filter((hash) => hash !== null);
  const blobs = hashes.length > 0 ? await read(selectBlobs(database, projectId, [...new Set(hashes)])) : [];
  const texts = new Map(blobs.map(({ sha256, content, encoding }) => [sha256, recode(content, encoding, "utf-8")]));
  const patchOf = patches();
  const data = differences.map(({ path, before, after, isText }) => ({
    path,
    action: before === null ? ("created" as const) : after === null ? ("deleted" as const) : ("updated" as const),
    before,
    after,
    binary: !isText,
    diff: isText ? patchOf(path, textOf(texts, before), textOf(texts, after)) : null,
  }));
  return { from: fromNumber, to: toNumber, data };
}

/** As many of the first as have no more bytes than that together. */
function withinBytes<One extends { bytes: number }>(all: One[], most: number): One[] {
  let total = 0;
  return all.filter(({ bytes }) => {
    total += bytes;
    return total <= most;
  });
}

/** A text by its hash: empty for no file, undefined where it is not to be shown. */
const textOf = (texts: Map<string, string>, hash: string | null): string | undefined =>
  hash === null ? "" : texts.get(hash);

type Patch = (path: string, before: string | undefined, after: string | undefined) => string | null;

/** Makes the patches of one answer. */
function patches(): Patch {
  let steps = mostSteps;
  return (path, before, after) => {
    if (before === undefined || after === undefined) return null;
    const maxEditLength = Math.floor(Math.min(mostEdits, Math.sqrt(Math.max(steps, 0))));
    const options = { context: 3, maxEditLength, headerOptions: FILE_HEADERS_ONLY };
    const patch: string | undefined = createTwoFilesPatch(
      `a/${path}`,
      `b/${path}`,
      before,
      after,
      undefined,
      undefined,
      options,
    );
    const edits = patch === undefined ? maxEditLength : [...patch.matchAll(/^[+-]/gm)].length;
    steps -= edits ** 2;
    return patch ?? replaced(path, before, after);
  };
}

/** One hunk that takes all of the old lines away and puts all of the new ones there. */
function replaced(path: string, before: string, after: string): string {
  const removed = linesOf(before);
  const added = linesOf(after);
  const header = `--- a/${path}\n+++ b/${path}\n@@ -${removed.length > 0 ? 1 : 0},${removed.length} +${added.length > 0 ? 1 : 0},${added.length} @@\n`;
  return header + removed.map((line) => marked("-", line)).join("") + added.map((line) => marked("+", line)).join("");
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));
const marked = (sign: string, line: string): string =>
  line.endsWith("\n") ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
