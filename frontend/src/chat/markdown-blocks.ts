/** Matches a code fence at the start of a line. */
const fence = /^ {0,3}(`{3,}|~{3,})/;
/** Matches the start of a list item, whose list may continue after an empty line. */
const listItem = /^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;
/**
 * Matches link definitions, which other blocks depend on, and HTML that continues across empty lines. A text with
 * either is one block.
 */
const undivided = /^ {0,3}(?:\[[^\]]+\]:|<(?:!--|\?|![A-Za-z[]|\/?(?:pre|script|style|textarea)\b))/im;

/**
 * Splits Markdown into blocks that can be rendered independently with the same result, so that the finished blocks of a
 * growing text are parsed only once. Splits at an empty line before a line without indentation, outside of code and not
 * between the items of a list.
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
      // A closing fence has the same character and at least the same length as the opening fence, and no text after it.
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

/** A code block whose end has not arrived yet. */
export type OpenCode = { language: string; code: string };

/** Returns the code of a fence in the first column that is not closed yet; null for any other block. */
export function openCodeOf(block: string): OpenCode | null {
  const [first = "", ...lines] = block.split("\n");
  const [, mark, info = ""] = /^(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$/.exec(first) ?? [];
  if (mark === undefined) return null;
  const isClosed = lines.some((line) => fence.exec(line)?.[1]?.startsWith(mark) === true && /^ *[`~]+ *$/.test(line));
  return isClosed ? null : { language: info, code: lines.join("\n") };
}
