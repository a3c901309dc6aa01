import { diff3Merge } from "node-diff3";

const lines = (text: string): string[] => text.split(/(?<=\n)/);

/** Merges two changes of one text, line by line, or null where both changed the same lines. */
export function mergeText(yours: string, base: string, theirs: string): string | null {
  const regions = diff3Merge(lines(yours), lines(base), lines(theirs), { excludeFalseConflicts: true });
  const merged: string[] = [];
  for (const region of regions) {
    if (!region.ok) return null;
    merged.push(...region.ok);
  }
  return merged.join("");
}
