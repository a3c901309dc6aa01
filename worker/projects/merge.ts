import { diffArrays } from "diff";

/**
 * Limits of a merge: the maximum length of an edit script, and the sum of the squared lengths over all merges that
 * share this budget. Myers' algorithm takes steps in the square of that length, a tenth of a microsecond each.
 */
const maxEdits = 500;
const maxSteps = 500_000;
/**
 * The maximum product of the lines of both texts and the length of the edit script, since each edit may walk along all
 * lines once.
 */
const maxLineSteps = 20_000_000;

/** The steps left for the merges of one batch; each merge takes from them. */
export type MergeWork = { steps: number };

/** Returns the full work limit of one batch. */
export const newMergeWork = (): MergeWork => ({ steps: maxSteps });

/** Replaces the lines `from` (inclusive) to `to` (exclusive) of the base by `lines`. */
type Hunk = { from: number; to: number; lines: number[] };

/**
 * Merges two changes of one text, line by line; null when both changed the same lines. The work is bounded: a side with
 * too many differences counts as one change from its first difference to its last.
 */
export function mergeText(yours: string, base: string, theirs: string, work = newMergeWork()): string | null {
  if (yours === base || yours === theirs) return theirs;
  if (theirs === base) return yours;
  // Lines are mapped to numbers, so that the cost of a comparison does not depend on their length.
  const { numbersOf, textOf } = numberedLines();
  const lines = numbersOf(base);
  const merged = merge(lines, hunksOf(lines, numbersOf(yours), work), hunksOf(lines, numbersOf(theirs), work));
  return merged && textOf(merged);
}

function numberedLines() {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, texts.length);
    return texts.push(line) - 1;
  };
  return {
    /** Splits a text into lines, each with its line feed; the last one may have none. */
    numbersOf(text: string): number[] {
      const lines: number[] = [];
      for (let from = 0; from < text.length; ) {
        const feed = text.indexOf("\n", from);
        const to = feed < 0 ? text.length : feed + 1;
        lines.push(numberOf(text.slice(from, to)));
        from = to;
      }
      return lines;
    },
    textOf: (lines: number[]): string => lines.map((line) => texts[line]).join(""),
  };
}

/** Returns a side's changes of the base, in order; no two hunks touch. */
function hunksOf(base: number[], side: number[], work: MergeWork): Hunk[] {
  const shorter = Math.min(base.length, side.length);
  let head = 0;
  while (head < shorter && base[head] === side[head]) head++;
  let tail = 0;
  while (tail < shorter - head && base.at(-1 - tail) === side.at(-1 - tail)) tail++;
  const before = base.slice(head, base.length - tail);
  const after = side.slice(head, side.length - tail);
  if (before.length === 0 && after.length === 0) return [];
  const whole = { from: head, to: head + before.length, lines: after };
  if (before.length === 0 || after.length === 0) return [whole];
  return comparedHunks(before, after, head, work) ?? [whole];
}

/**
 * Compares two texts.
 * @param at the base's line where `before` starts
 * @returns the hunks; null when the work exceeds the limits
 */
function comparedHunks(before: number[], after: number[], at: number, work: MergeWork): Hunk[] | null {
  const allowed = [maxEdits, Math.sqrt(work.steps), maxLineSteps / (before.length + after.length)];
  const maxEditLength = Math.floor(Math.min(...allowed));
  // At least this many edits are needed, so a smaller limit cannot succeed.
  if (maxEditLength <= Math.abs(before.length - after.length)) return null;
  const parts = diffArrays(before, after, { maxEditLength });
  const edits = parts?.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);
  work.steps -= (edits ?? maxEditLength) ** 2;
  if (parts === undefined) return null;
  const hunks: Hunk[] = [];
  let open: Hunk | null = null;
  let from = at;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      open = null;
      from += value.length;
      continue;
    }
    if (open === null) {
      open = { from, to: from, lines: [] };
      hunks.push(open);
    }
    if (added) open.lines = open.lines.concat(value);
    else open.to = from += value.length;
  }
  return hunks;
}

/** Applies the hunks of both sides to the base; null when overlapping hunks differ. */
function merge(base: number[], yours: Hunk[], theirs: Hunk[]): number[] | null {
  const parts: number[][] = [];
  let [mine, other, done] = [0, 0, 0];
  for (;;) {
    const from = Math.min(yours[mine]?.from ?? base.length + 1, theirs[other]?.from ?? base.length + 1);
    if (from > base.length) break;
    const [firstMine, firstOther] = [mine, other];
    let to = from;
    for (;;) {
      const next = [yours[mine], theirs[other]].find((hunk) => hunk !== undefined && joins(hunk, from, to));
      if (next === undefined) break;
      to = Math.max(to, next.to);
      if (next === yours[mine]) mine++;
      else other++;
    }
    const [byYou, byThem] = [yours.slice(firstMine, mine), theirs.slice(firstOther, other)];
    const result = replaced(base, byYou.length > 0 ? byYou : byThem, from, to);
    if (byYou.length > 0 && byThem.length > 0 && !isSame(result, replaced(base, byThem, from, to))) return null;
    parts.push(base.slice(done, from), result);
    done = to;
  }
  return [...parts, base.slice(done)].flat();
}

/**
 * Whether a hunk belongs to the range so far: it overlaps the range, or their order is undefined because one inserts at
 * the position of the other. Changes of adjacent lines do not conflict.
 */
const joins = (hunk: Hunk, from: number, to: number): boolean =>
  hunk.from < to || (hunk.from === to && (from === to || hunk.from === hunk.to));

/** Applies one side's hunks to a range of the base. */
function replaced(base: number[], hunks: Hunk[], from: number, to: number): number[] {
  const parts: number[][] = [];
  let done = from;
  for (const hunk of hunks) {
    parts.push(base.slice(done, hunk.from), hunk.lines);
    done = hunk.to;
  }
  return [...parts, base.slice(done, to)].flat();
}

const isSame = (one: number[], other: number[]): boolean =>
  one.length === other.length && one.every((line, index) => line === other[index]);
