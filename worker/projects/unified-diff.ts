import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

const context = 3;
/**
 * A pair of texts that differ in more lines than this is shown as one replaced by the other. Comparing takes steps in the
 * square of that number, and the diffs of one answer take no more of them than `maxSteps`.
 */
const maxEdits = 1_000;
const maxSteps = 2_000_000;
/** The lines of a pair times its edits, at most: each edit may walk along all lines once. */
const maxLineSteps = 20_000_000;
/** Beyond this many lines that differ, or lie between two that do, a text of the answer has no diff. */
const maxLines = 200_000;

type Diff = (path: string, before: string, after: string) => string | null;

/** Makes the unified diffs of one answer, which share one measure of work; null where a text has too many lines. */
export function unifiedDiffs(): Diff {
  let steps = maxSteps;
  let lines = maxLines;
  return (path, before, after) => {
    const { head, old, new: fresh } = middleOf(before, after);
    const length = linesIn(old) + linesIn(fresh);
    if (length > lines) return null;
    lines -= length;
    const maxEditLength = Math.floor(Math.min(maxEdits, Math.sqrt(Math.max(steps, 0)), maxLineSteps / (length + 1)));
    const names = [`a/${path}`, `b/${path}`] as const;
    const patch = structuredPatch(...names, old, fresh, undefined, undefined, { context, maxEditLength });
    const edits = patch?.hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => /^[+-]/.test(line)).length, 0);
    steps -= (edits ?? maxEditLength) ** 2;
    if (patch === undefined) return replaced(path, before, after);
    const hunks = patch.hunks.map((hunk) => ({
      ...hunk,
      oldStart: hunk.oldStart + head,
      newStart: hunk.newStart + head,
    }));
    return formatPatch({ ...patch, hunks }, FILE_HEADERS_ONLY);
  };
}

/** Two texts without the lines at both ends that are the same, but for those shown around a change. `head` lines are before. */
function middleOf(before: string, after: string): { head: number; old: string; new: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  from = startOfLine(before, from, context);
  let tail = 0;
  while (
    tail < shorter - from &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  const to = endOfLine(before, before.length - tail, context);
  return {
    head: linesIn(before.slice(0, from)),
    old: before.slice(from, to),
    new: after.slice(from, after.length - (before.length - to)),
  };
}

/** The beginning of the line so many lines before the one that `at` is in. */
function startOfLine(text: string, at: number, before: number): number {
  let from = at;
  for (let line = 0; line <= before && from > 0; line++) from = text.lastIndexOf("\n", from - 2) + 1;
  return from;
}

/** The end of the line so many lines after the one that `at` is in. */
function endOfLine(text: string, at: number, after: number): number {
  let to = at;
  for (let line = 0; line <= after && to < text.length; line++) {
    const feed = text.indexOf("\n", to);
    to = feed < 0 ? text.length : feed + 1;
  }
  return to;
}

function linesIn(text: string): number {
  let lines = text === "" || text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
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
