import { diffArrays } from "diff";

/** The side whose lines a region of a merge takes. A conflict has none until the person chooses. */
export type Choice = "mine" | "theirs" | "both";
export type Region = {
  kind: "same" | "mine" | "theirs" | "conflict";
  base: readonly string[];
  mine: readonly string[];
  theirs: readonly string[];
};

/** A change that replaces the lines `from` (inclusive) to `to` (exclusive) of the base. */
type Hunk = { from: number; to: number; lines: readonly string[] };

/** A diff that takes longer than this many milliseconds counts as one change of the whole text. */
const maxDiffMs = 300;

/** Splits a text into lines that include their line ends, so that joining the lines restores the text. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function hunksOf(base: readonly string[], side: readonly string[]): Hunk[] {
  const parts = diffArrays([...base], [...side], { timeout: maxDiffMs });
  if (parts === undefined) return [{ from: 0, to: base.length, lines: side }];
  const hunks: Hunk[] = [];
  let at = 0;
  let open: { from: number; to: number; lines: string[] } | null = null;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      at += value.length;
      open = null;
      continue;
    }
    if (open === null) {
      open = { from: at, to: at, lines: [] };
      hunks.push(open);
    }
    if (added) open.lines.push(...value);
    else open.to = at += value.length;
  }
  return hunks;
}

/**
 * Whether a hunk belongs to a region: they overlap, or their order is undefined because one of them inserts at the
 * position of the other. Changes of adjacent lines are separate regions. The server merges by the same rule.
 */
const joins = (hunk: Hunk, region: { from: number; to: number }): boolean =>
  hunk.from < region.to || (hunk.from === region.to && (hunk.from === hunk.to || region.from === region.to));

function applied(base: readonly string[], hunks: readonly Hunk[], from: number, to: number): string[] {
  const lines: string[] = [];
  let at = from;
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...lines, ...base.slice(at, to)];
}

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((line, index) => line === other[index]);

function kindOf(base: readonly string[], mine: readonly string[], theirs: readonly string[]): Region["kind"] {
  if (isEqual(mine, theirs)) return isEqual(mine, base) ? "same" : "mine";
  if (isEqual(mine, base)) return "theirs";
  return isEqual(theirs, base) ? "mine" : "conflict";
}

/** Merges two changes of one base text line by line, into regions in order. */
export function threeWay(baseText: string, mineText: string, theirsText: string): Region[] {
  const [base, mine, theirs] = [linesOf(baseText), linesOf(mineText), linesOf(theirsText)];
  const [left, right] = [hunksOf(base, mine), hunksOf(base, theirs)];
  const regions: Region[] = [];
  const same = (from: number, to: number) => {
    const lines = base.slice(from, to);
    if (lines.length > 0) regions.push({ kind: "same", base: lines, mine: lines, theirs: lines });
  };
  let at = 0;
  while (left.length + right.length > 0) {
    const isLeft = (left[0]?.from ?? Number.POSITIVE_INFINITY) <= (right[0]?.from ?? Number.POSITIVE_INFINITY);
    const first = isLeft ? left[0] : right[0];
    if (first === undefined) break;
    const region = { from: first.from, to: first.to };
    const taken: { left: Hunk[]; right: Hunk[] } = { left: [], right: [] };
    if (isLeft) taken.left.push(...left.splice(0, 1));
    else taken.right.push(...right.splice(0, 1));
    for (let grew = true; grew; ) {
      grew = false;
      for (const [side, hunks] of [
        ["left", left],
        ["right", right],
      ] as const) {
        const [next] = hunks;
        if (next === undefined || !joins(next, region)) continue;
        taken[side].push(...hunks.splice(0, 1));
        region.to = Math.max(region.to, next.to);
        grew = true;
      }
    }
    same(at, region.from);
    const lines = base.slice(region.from, region.to);
    const ours = applied(base, taken.left, region.from, region.to);
    const others = applied(base, taken.right, region.from, region.to);
    regions.push({ kind: kindOf(lines, ours, others), base: lines, mine: ours, theirs: others });
    at = region.to;
  }
  same(at, base.length);
  return regions;
}

function chosenLines({ kind, mine, theirs }: Region, choice: Choice | undefined): readonly string[] | null {
  if (kind === "theirs") return theirs;
  if (kind !== "conflict" || choice === "mine") return mine;
  if (choice === "theirs") return theirs;
  return choice === "both" ? [...withEnd(mine), ...theirs] : null;
}

/** Adds a missing line end to the last line of a file, which lines that follow it require. */
const withEnd = (lines: readonly string[]): readonly string[] => {
  const last = lines.at(-1);
  return last === undefined || last.endsWith("\n") ? lines : [...lines.slice(0, -1), `${last}\n`];
};

/**
 * Joins the regions of a merge.
 * @param choices the chosen side of each conflict, by the region's index
 * @returns the merged text; null while a conflict has no choice
 */
export function mergedText(regions: readonly Region[], choices: ReadonlyMap<number, Choice>): string | null {
  const parts = regions.map((region, index) => chosenLines(region, choices.get(index)));
  return parts.includes(null) ? null : parts.map((lines) => lines?.join("") ?? "").join("");
}
