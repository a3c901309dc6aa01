import { diffArrays } from "diff";

export type DiffLine = {
  kind: "same" | "added" | "removed";
  text: string;
  before: number | null;
  after: number | null;
};
export type Hunk = { key: string; lines: DiffLine[] };

/** A diff that takes longer than this many milliseconds shows all lines as removed and added. */
const maxDiffMs = 300;

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** Diffs two texts by line: unchanged, removed and added lines, each with its line numbers, counted from 1. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [removed, added] = [linesOf(before), linesOf(after)];
  const parts = diffArrays(removed, added, { timeout: maxDiffMs }) ?? [
    { value: removed, removed: true, added: false },
    { value: added, removed: false, added: true },
  ];
  let left = 0;
  let right = 0;
  return parts.flatMap((part) => {
    const kind: DiffLine["kind"] = part.added ? "added" : part.removed ? "removed" : "same";
    return part.value.map((text) => ({
      kind,
      text,
      before: kind === "added" ? null : ++left,
      after: kind === "removed" ? null : ++right,
    }));
  });
}

/** Groups the changed lines, with their context, into hunks. Merges adjacent hunks. */
export function hunksOf(lines: readonly DiffLine[], around = 3): Hunk[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.kind === "same") continue;
    const last = hunks.at(-1);
    if (last !== undefined && index - around <= last.to) last.to = index + around + 1;
    else hunks.push({ from: Math.max(0, index - around), to: index + around + 1 });
  }
  return hunks.map(({ from, to }) => ({ key: String(from), lines: lines.slice(from, to) }));
}
