const lineEnds = /\r\n?|\n/g;
const byteOrderMark = "\ufeff";

/** A text with line feeds alone, and where each of its characters stands in the text as it is. */
export type Unified = { text: string; rawIndex(index: number): number };

export const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replace(lineEnds, "\n") : text);

export const withoutMark = (text: string): string => (text.startsWith(byteOrderMark) ? text.slice(1) : text);

export function unified(raw: string): Unified {
  if (!raw.includes("\r")) return { text: raw, rawIndex: (index) => index };
  /** Where, in the unified text, a line feed stands for two characters. */
  const doubles: number[] = [];
  const text = raw.replace(lineEnds, (end, at: number) => {
    if (end.length === 2) doubles.push(at - doubles.length);
    return "\n";
  });
  return { text, rawIndex: (index) => index + countBelow(doubles, index) };
}

/** How many of some ascending numbers are below a limit. */
function countBelow(numbers: number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How lines end in a part of a text: inside it, else right after it, else before it; null where the text is one line. */
export function lineEndAround(raw: string, from: number, to: number): string | null {
  const inside = /\r\n?|\n/.exec(raw.slice(from, to))?.[0];
  if (inside !== undefined) return inside;
  return /\r\n?|\n/.exec(raw.slice(to))?.[0] ?? /(\r\n?|\n)[^\r\n]*$/.exec(raw.slice(0, from))?.[1] ?? null;
}
