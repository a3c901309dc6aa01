import { diffArrays } from "diff";

/**
 * How much comparing a merge may do: the longest edit script that is looked for, and the sum of their squares over all
 * merges that share this. Myers' algorithm takes steps in the square of that length, a tenth of a microsecond each.
 */
const maxEdits = 500;
const maxSteps = 500_000;
/** The lines of both texts times the edits looked for, at most: each edit may walk along all lines once. */
const maxLineSteps = 20_000_000;

/** The comparing that is left for the merges of one batch; each takes from it. */
export type MergeWork = { steps: number };

export const newMergeWork = (): MergeWork => ({ steps: maxSteps });

/** Lines of the base, `from` up to but without `to`, in whose place a side has `lines`. */
type Hunk = { from: number; to: number; lines: number[] };

/**
 * Merges two changes of one text, line by line, or null where both changed the same lines. The work is bounded: a side
 * that differs in too many lines counts as one change of all that lies between its first and its last difference.
 */
export function mergeText(yours: string, base: string, theirs: string, work = newMergeWork()): string | null {
  if (yours === base || yours === theirs) return theirs;
  if (theirs === base) return yours;
  // Lines as numbers: comparing them takes the same time however long they are.
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
    /** A line ends after its line feed; the last one may have none. */
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

/** What a side changed of the base, in order; no two of its hunks touch. */
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

/** The hunks between two texts that begin at the base's line `at`; null where that would take more work than there is. */
function comparedHunks(before: number[], after: number[], at: number, work: MergeWork): Hunk[] | null {
  const allowed = [maxEdits, Math.sqrt(work.steps), maxLineSteps / (before.length + after.length)];
  const maxEditLength = Math.floor(Math.min(...allowed));
  // At least so many edits are needed; what cannot succeed is not begun.
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

/** The base with the hunks of both sides, or null where hunks of both meet and do not come to the same. */
function merge(base: number[], yours: Hunk[], theirs: Hunk[]): number[] | null {
  const parts: number[][] = [];
  let [mine, other, done] = [0, 0, 0];
  for (;;) {
    const from = Math.min(yours[mine]?.from ?? base.length + 1, theirs[other]?.from ?? base.length + 1);
    if (from > base.length) break;
    const [firstMine, firstOther] = [mine, other];
    let to = from;
    // Hunks that touch belong together: which of two insertions at one place comes first, nobody knows.
    for (;;) {
      const next = [yours[mine], theirs[other]].find((hunk) => hunk !== undefined && hunk.from <= to);
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

/** A range of the base as one side has it. */
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
