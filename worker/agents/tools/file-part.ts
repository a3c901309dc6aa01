/** Which part of a file is asked for, counted from 1: lines, and where the first of them begins. */
export type Part = { offset?: number | undefined; limit?: number | undefined; column?: number | undefined };

/** A part of a text as far as there is room for it. */
export type Shown = {
  text: string;
  /** The first and the last line that is shown, at least in part; the last before the first where there is none. */
  from: number;
  to: number;
  /** Of how many. */
  lines: number;
  /** Where to go on, where something of what was asked for is left. */
  next: { offset: number; column?: number } | null;
};

/** The part of a text that was asked for, cut after a line where there is no room for all, or inside a line that is too long. */
export function partOf(content: string, { offset = 1, limit, column = 1 }: Part, room: number): Shown {
  const starts = lineStarts(content);
  const lines = starts.length;
  const startOf = (line: number): number => starts[line - 1] ?? content.length;
  const end = limit === undefined ? content.length : startOf(offset + limit);
  const start = Math.min(startOf(offset) + column - 1, end);
  const cut = end - start <= room ? end : cutAt(content, start, start + room);
  const to = cut > start ? lineAt(starts, cut - 1) : offset - 1;
  const text = content.slice(start, cut);
  if (cut === end) return { text, from: offset, to, lines, next: null };
  const line = lineAt(starts, cut);
  const into = cut - startOf(line);
  return { text, from: offset, to, lines, next: { offset: line, ...(into > 0 && { column: into + 1 }) } };
}

/** After the last line that ends before `most`; inside a line where none does, and then not between the halves of a character. */
function cutAt(content: string, start: number, maxEnd: number): number {
  const line = content.lastIndexOf("\n", maxEnd - 1) + 1;
  if (line > start) return line;
  const isSplit = /[\ud800-\udbff]/.test(content[maxEnd - 1] ?? "") || content[maxEnd - 1] === "\r";
  return isSplit && maxEnd - 1 > start ? maxEnd - 1 : maxEnd;
}

/** Where each line begins; what follows the last line feed is a line only if there is something. */
function lineStarts(content: string): number[] {
  const starts = content === "" ? [] : [0];
  for (let feed = content.indexOf("\n"); feed >= 0; feed = content.indexOf("\n", feed + 1)) {
    if (feed + 1 < content.length) starts.push(feed + 1);
  }
  return starts;
}

/** The number of the line that an index is in. */
function lineAt(starts: number[], index: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
