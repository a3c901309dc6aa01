import { diffArrays } from "diff";

/** A diff that takes longer than this, in milliseconds, says nothing of a line. */
const maxDiffMs = 300;

/**
 * Finds a line of a source in a newer state of it.
 * @param line counted from 1, as in the result
 * @returns null when the line itself has changed or is gone
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
