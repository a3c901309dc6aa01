import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

const context = 3;
/**
 * The maximum number of edits; a pair of texts with more is shown as a complete replacement. Comparing takes steps in the
 * square of the edits, and the diffs of one response share `maxSteps`.
 */
const maxEdits = 1_000;
const maxSteps = 2_000_000;
/** The maximum product of a pair's lines and edits, since each edit may walk along all lines once. */
const maxLineSteps = 20_000_000;
/** The maximum number of changed lines in one response, with the lines between changes; further texts have no diff. */
const maxLines = 200_000;

type Text = string | null;
type Diff = (path: string, before: Text, after: Text) => string | null;

/**
 * Returns a function that computes the unified diffs of one response within a shared work limit; null for a text with
 * too many lines. A text that is null is a file that does not exist: its side is named `/dev/null`, without which
 * `git apply` and `patch` leave an empty file for a deleted one.
 */
export function unifiedDiffs(): Diff {
  let steps = maxSteps;
  let lines = maxLines;
  return (path, textBefore, textAfter) => {
    const [before, after] = [textBefore ?? "", textAfter ?? ""];
    const { head, old, new: fresh } = middleOf(before, after);
    const length = linesIn(old) + linesIn(fresh);
    if (length > lines) return null;
    lines -= length;
    const maxEditLength = Math.floor(Math.min(maxEdits, Math.sqrt(Math.max(steps, 0)), maxLineSteps / (length + 1)));
    const names = [
      textBefore === null ? "/dev/null" : `a/${path}`,
      textAfter === null ? "/dev/null" : `b/${path}`,
    ] as const;
    const patch = structuredPatch(...names, old, fresh, undefined, undefined, { context, maxEditLength });
    const edits = patch?.hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => /^[+-]/.test(line)).length, 0);
    steps -= (edits ?? maxEditLength) ** 2;
    if (patch === undefined) return replaced(names, before, after);
    const hunks = patch.hunks.map((hunk) => ({
      ...hunk,
      oldStart: hunk.oldStart + head,
      newStart: hunk.newStart + head,
    }));
    return formatPatch({ ...patch, hunks }, FILE_HEADERS_ONLY);
  };
}

/**
 * Strips the common lines at both ends of two texts, except the context of a change.
 * @returns also `head`, the number of lines stripped before
 */
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

/** Returns the start of the line that is `before` lines above the line at an index. */
function startOfLine(text: string, at: number, before: number): number {
  let from = at;
  for (let line = 0; line <= before && from > 0; line++) from = text.lastIndexOf("\n", from - 2) + 1;
  return from;
}

/** Returns the end of the line that is `after` lines below the line at an index. */
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

/** Formats one hunk that removes all old lines and adds all new ones. */
function replaced([from, to]: readonly [string, string], before: string, after: string): string {
  const removed = linesOf(before);
  const added = linesOf(after);
  const header = `--- ${from}\n+++ ${to}\n@@ -${removed.length > 0 ? 1 : 0},${removed.length} +${added.length > 0 ? 1 : 0},${added.length} @@\n`;
  return header + removed.map((line) => marked("-", line)).join("") + added.map((line) => marked("+", line)).join("");
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));
const marked = (sign: string, line: string): string =>
  line.endsWith("\n") ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
