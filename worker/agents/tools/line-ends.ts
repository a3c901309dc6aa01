const lineEnds = /\r\n?|\n/g;
const byteOrderMark = "\ufeff";

/** A text with line feeds alone, and a mapping of its indexes to the original text. */
export type Unified = { text: string; rawIndex(index: number): number };

/** Replaces every line end by a line feed. */
export const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replace(lineEnds, "\n") : text);

/** Removes a leading byte order mark. */
export const withoutMark = (text: string): string => (text.startsWith(byteOrderMark) ? text.slice(1) : text);

/** Normalizes a text's line ends, and maps its indexes back to the original text. */
export function unified(raw: string): Unified {
  if (!raw.includes("\r")) return { text: raw, rawIndex: (index) => index };
  /** Indexes of the line feeds, in the unified text, that stand for two characters. */
  const doubles: number[] = [];
  const text = raw.replace(lineEnds, (end, at: number) => {
    if (end.length === 2) doubles.push(at - doubles.length);
    return "\n";
  });
  return { text, rawIndex: (index) => index + countBelow(doubles, index) };
}

/**
 * Counts the numbers below a limit.
 * @param numbers in ascending order
 */
function countBelow(numbers: number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Returns the line end used in a range of a text, else the next one after it, else the last before it; null for a
 * single line.
 */
export function lineEndAround(raw: string, from: number, to: number): string | null {
  const inside = /\r\n?|\n/.exec(raw.slice(from, to))?.[0];
  if (inside !== undefined) return inside;
  return /\r\n?|\n/.exec(raw.slice(to))?.[0] ?? /(\r\n?|\n)[^\r\n]*$/.exec(raw.slice(0, from))?.[1] ?? null;
}
