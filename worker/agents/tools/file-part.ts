/** A requested part of a file, counted from 1: lines, and the column of the first one. */
export type Part = { offset?: number | undefined; limit?: number | undefined; column?: number | undefined };

/** A part of a text, cut to the available room. */
export type Shown = {
  text: string;
  /** The first and last line shown, at least in part; `to` is before `from` when there is none. */
  from: number;
  to: number;
  /** The number of lines of the whole text. */
  lines: number;
  /** Where to continue, when a part of the request is left. */
  next: { offset: number; column?: number } | null;
};

/**
 * Returns the requested part of a text, cut after a line when it exceeds the room, or inside a line that is too long.
 * @param room maximum of characters
 */
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

/**
 * Returns the index after the last line that ends by `maxEnd`; inside a line when none does, but not inside a surrogate
 * pair or `\r\n`.
 */
function cutAt(content: string, start: number, maxEnd: number): number {
  const line = content.lastIndexOf("\n", maxEnd - 1) + 1;
  if (line > start) return line;
  const isSplit = /[\ud800-\udbff]/.test(content[maxEnd - 1] ?? "") || content[maxEnd - 1] === "\r";
  return isSplit && maxEnd - 1 > start ? maxEnd - 1 : maxEnd;
}

/** Returns the index of each line's start. A final line feed does not start another line. */
function lineStarts(content: string): number[] {
  const starts = content === "" ? [] : [0];
  for (let feed = content.indexOf("\n"); feed >= 0; feed = content.indexOf("\n", feed + 1)) {
    if (feed + 1 < content.length) starts.push(feed + 1);
  }
  return starts;
}

/** Returns the number of the line that contains an index. */
function lineAt(starts: number[], index: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
