import { diffArrays } from "diff";

/** A diff that takes longer than this many milliseconds counts as having changed every line. */
const maxDiffMs = 300;

/**
 * Finds the position of a line in a newer version of a source.
 * @param line counted from 1, as is the result
 * @returns null if the line itself was changed or deleted
 */
export function movedLine(before: string, now: string, line: number): number | null {
  let [from, to] = [0, 0];
  for (const { added, removed, value } of diffArrays(before.split("\n"), now.split("\n"), { timeout: maxDiffMs }) ??
    []) {
    const isHere = !added && line <= from + value.length;
    if (isHere) return removed ? null : to + line - from;
    if (!added) from += value.length;
    if (!removed) to += value.length;
  }
  return null;
}
