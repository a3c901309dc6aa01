import { diffArrays } from "diff";

export type DiffLine = {
  kind: "same" | "added" | "removed";
  text: string;
  before: number | null;
  after: number | null;
};
export type Hunk = { key: string; lines: DiffLine[] };

/** Beyond this many comparisons the changed middle is shown as removed and added as a whole. */
const maxWork = 4_000_000;

type Edit = { kind: DiffLine["kind"]; text: string };

/** The longest common subsequence by dynamic programming, read back as edits. */
function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ kind: "same", text: a[i++] ?? "" });
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: "removed", text: a[i++] ?? "" });
    } else edits.push({ kind: "added", text: b[j++] ?? "" });
  }
  return edits;
}

function middleOf(a: readonly string[], b: readonly string[]): Edit[] {
  if (a.length * b.length <= maxWork) return editsOf(a, b);
  return [...a.map((text): Edit => ({ kind: "removed", text })), ...b.map((text): Edit => ({ kind: "added", text }))];
}

const same = (text: string): Edit => ({ kind: "same", text });

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** Diffs two texts by line: unchanged, removed and added lines, each with its line numbers from 1. */
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

/** Groups the changed lines with context into hunks; adjacent hunks are merged. */
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
