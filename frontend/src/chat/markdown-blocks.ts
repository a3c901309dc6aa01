/** An open or complete fence of code at the start of a line. */
const fence = /^ {0,3}(`{3,}|~{3,})/;
/** The start of a list item, whose list may continue after an empty line. */
const listItem = /^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;
/** Definitions that other blocks depend on, and HTML that continues over empty lines: such a text is one block. */
const undivided = /^ {0,3}(?:\[[^\]]+\]:|<(?:!--|\?|![A-Za-z[]|\/?(?:pre|script|style|textarea)\b))/im;

/**
 * Divides Markdown into blocks that give the same result when each is rendered by itself, so that the finished ones of a
 * growing text are parsed once. It divides at an empty line before a line that starts in the first column, outside of code
 * and not between the items of a list.
 */
export function markdownBlocks(text: string): string[] {
  if (undivided.test(text)) return [text];
  const blocks: string[] = [];
  let start = 0;
  let at = 0;
  let open: string | null = null;
  let isAfterEmpty = false;
  let isList = false;
  for (const line of text.split("\n")) {
    const mark = fence.exec(line)?.[1] ?? null;
    if (open !== null) {
      // Only a fence of the same character, as long and without words after it, closes.
      if (mark?.startsWith(open) === true && line.trim() === mark) open = null;
    } else {
      const isItem = listItem.test(line);
      if (isAfterEmpty && /^\S/.test(line) && !(isList && isItem)) {
        blocks.push(text.slice(start, at));
        start = at;
        isList = isItem;
      } else if (at === start) isList = isItem;
      open = mark;
    }
    isAfterEmpty = open === null && line.trim() === "";
    at += line.length + 1;
  }
  return [...blocks, text.slice(start)].filter((block) => block.trim() !== "");
}

/** A block of code whose end has not arrived yet. */
export type OpenCode = { language: string; code: string };

/** Returns a block's code if it is a fence in the first column that nothing closes; null for any other block. */
export function openCodeOf(block: string): OpenCode | null {
  const [first = "", ...lines] = block.split("\n");
  const [, mark, info = ""] = /^(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$/.exec(first) ?? [];
  if (mark === undefined) return null;
  const isClosed = lines.some((line) => fence.exec(line)?.[1]?.startsWith(mark) === true && /^ *[`~]+ *$/.test(line));
  return isClosed ? null : { language: info, code: lines.join("\n") };
}
