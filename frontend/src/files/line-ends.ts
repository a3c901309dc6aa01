import { diffArrays } from "diff";

/** A line and its line end, which is empty for the last line. */
type Line = { text: string; end: string };

/** Beyond this number of differing lines, only the common beginning and end keep their individual line ends. */
const maxEditLength = 2_000;

/** Normalises every line end to `\n`, the editor's own. */
export const withPlainEnds = (text: string): string => text.replaceAll(/\r\n?/g, "\n");

function linesOf(text: string): Line[] {
  const parts = text.split(/(\r\n|\r|\n)/);
  const lines: Line[] = [];
  for (let at = 0; at < parts.length; at += 2) lines.push({ text: parts[at] ?? "", end: parts[at + 1] ?? "" });
  return lines;
}

/** Returns the most frequent line end. */
function usualEnd(lines: readonly Line[]): string {
  const counts = new Map<string, number>();
  for (const { end } of lines) if (end !== "") counts.set(end, (counts.get(end) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? "\n";
}

/** Returns, for each edited line, the line end of the stored line that it matches; null for a new line. */
function keptEnds(stored: readonly Line[], edited: readonly string[]): (string | null)[] {
  const before = stored.map(({ text }) => text);
  const changes = diffArrays(before, [...edited], { maxEditLength });
  if (changes === undefined) return edited.map((text, at) => (before[at] === text ? (stored[at]?.end ?? null) : null));
  const ends: (string | null)[] = [];
  let at = 0;
  for (const { added, removed, count } of changes) {
    if (added) for (let n = 0; n < count; n++) ends.push(null);
    else {
      if (!removed) for (let n = 0; n < count; n++) ends.push(stored[at + n]?.end ?? null);
      at += count;
    }
  }
  return ends;
}

/**
 * Returns the edited text with the line ends of the stored file: an unchanged line keeps its own line end, and a new
 * line gets the file's most frequent line end.
 * @param stored the stored file's text
 * @param edited the editor's text, in which every line end is `\n`
 */
export function withEndsOf(stored: string, edited: string): string {
  if (!stored.includes("\r")) return edited;
  const lines = linesOf(stored);
  const usual = usualEnd(lines);
  if (lines.every(({ end }) => end === usual || end === "")) return edited.replaceAll("\n", usual);
  const texts = edited.split("\n");
  const ends = keptEnds(lines, texts);
  let whole = "";
  for (const [at, text] of texts.entries()) {
    const end = at === texts.length - 1 ? "" : ends[at] || usual;
    // A line feed right after a lone CR would merge two line ends into one.
    whole += text === "" && end === "\n" && whole.endsWith("\r") ? "\r" : text + end;
  }
  return whole;
}
