import { finderOf } from "./find-text.ts";
import { lineEndAround, unified, withLineFeeds, withoutMark } from "./line-ends.ts";

/** Replaces the one occurrence of `find`. */
export type Edit = { find: string; replace: string };

/**
 * Applies edits in order, each to a text that occurs exactly once. Models write line feeds whatever the file's line
 * ends are: texts are compared with normalized line ends, and inserted lines end as the file's lines do there. All
 * other bytes stay unchanged.
 * @returns the new content, or a sentence on the first edit that does not apply
 */
export function replaceEach(content: string, edits: Edit[]): { content: string } | { fault: string } {
  let edited = content;
  for (const [place, edit] of edits.entries()) {
    const which = edits.length === 1 ? "The text to find" : `Edit ${place + 1} of ${edits.length}: the text to find`;
    const result = replaceOne(edited, edit);
    if ("fault" in result) return { fault: `${which} ${result.fault}` };
    edited = result.content;
  }
  return { content: edited };
}

function replaceOne(raw: string, edit: Edit): { content: string } | { fault: string } {
  const { text, rawIndex } = unified(raw);
  const [find, replace] = fitting(text, edit);
  if (find === "") return { fault: "is nothing but a byte order mark." };
  const indexIn = finderOf(find);
  const at = indexIn(text);
  if (at < 0) return { fault: `does not occur. ${nearest(text, find)}` };
  const more = indexIn(text, at + 1);
  if (more >= 0) {
    return {
      fault: `occurs more than once (lines ${lineAt(text, at)} and ${lineAt(text, more)}, at least). Include a line around the one you mean.`,
    };
  }
  // The common head and tail of both texts stay unchanged, also in a file with mixed line ends.
  const head = commonHead(find, replace);
  const tail = Math.min(commonTail(find, replace), Math.min(find.length, replace.length) - head);
  const from = rawIndex(at + head);
  const to = rawIndex(at + find.length - tail);
  const lineEnd = lineEndAround(raw, from, to) ?? "\n";
  const put = replace.slice(head, replace.length - tail).replaceAll("\n", lineEnd);
  return { content: raw.slice(0, from) + put + raw.slice(to) };
}

/** Adapts an edit to the file: without byte order marks, and without a final line feed that the file does not have. */
function fitting(text: string, edit: Edit): [find: string, replace: string] {
  const [find, replace] = [edit.find, edit.replace].map((part) => withLineFeeds(withoutMark(part)));
  if (find === undefined || replace === undefined) return ["", ""];
  const isLastLine = find.length > 1 && find.endsWith("\n") && !text.endsWith("\n") && text.endsWith(find.slice(0, -1));
  if (!isLastLine || finderOf(find)(text) >= 0) return [find, replace];
  return [find.slice(0, -1), replace.endsWith("\n") ? replace.slice(0, -1) : replace];
}

function commonHead(one: string, other: string): number {
  const max = Math.min(one.length, other.length);
  let length = 0;
  while (length < max && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}

function commonTail(one: string, other: string): number {
  const max = Math.min(one.length, other.length);
  let length = 0;
  while (length < max && one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length))
    length++;
  return length;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

const pairsOf = (line: string): Set<string> => {
  const text = line.replace(/\s+/g, " ").trim();
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, place) => text.slice(place, place + 2)));
};

/** Returns the similarity of two sets of character pairs, from 0 to 1 (Sørensen–Dice). */
function alike(one: Set<string>, other: Set<string>): number {
  if (one.size === 0 || other.size === 0) return 0;
  let shared = 0;
  for (const pair of one) if (other.has(pair)) shared++;
  return (2 * shared) / (one.size + other.size);
}

/** Limits of the comparison, for long files and long lines. */
const maxLines = 4_000;
const maxCompared = 200_000;

/** Quotes the lines of the file that are most similar to the first line of the searched text. */
function nearest(content: string, find: string): string {
  const sought = pairsOf(
    find
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.slice(0, 400) ?? "",
  );
  let room = maxCompared;
  const lines = content.split("\n", maxLines).filter((line) => {
    room -= Math.min(line.length, 400);
    return room > 0;
  });
  const scores = lines.map((line, index) => ({ index, score: alike(sought, pairsOf(line.slice(0, 400))) }));
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one), { index: 0, score: 0 });
  if (best.score < 0.4) return "Nothing in the file is like it: read the file again.";
  const reach = Math.min(8, find.split("\n").length + 1);
  const near = lines.slice(Math.max(0, best.index - 1), best.index + reach);
  return `The nearest lines, from line ${Math.max(1, best.index)} on, are:\n${near.join("\n")}`;
}
