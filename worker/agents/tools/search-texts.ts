import type { SearchHit } from "../../contract/index.ts";
import type { Matcher } from "./search-pattern.ts";

/** The maximum number of matching steps of one search: about a second. */
const maxSteps = 50_000_000;
const maxLineLength = 300;
/** Characters of a long line that are shown before the match. */
const lead = 100;

export type Text = { path: string; content: string };
/** The matching lines, and why the search ended early: the pattern is too costly, or there are too many matches. */
export type Found = { hits: SearchHit[]; stopped: "cost" | "count" | null };

/** Finds the lines of texts that match, at most `max`, in linear time. */
export async function searchTexts(texts: AsyncIterable<Text>, matcher: Matcher, max: number): Promise<Found> {
  const hits: SearchHit[] = [];
  let steps = 0;
  for await (const text of texts) {
    steps += text.content.length * matcher.cost;
    if (steps > maxSteps) return { hits, stopped: "cost" };
    hits.push(...hitsIn(text, matcher, max));
    if (hits.length > max) return { hits: hits.slice(0, max), stopped: "count" };
  }
  return { hits, stopped: null };
}

const hitsIn = ({ path, content }: Text, { indexIn }: Matcher, max: number): SearchHit[] =>
  content
    .split("\n")
    .flatMap((whole, index) => {
      const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
      const at = indexIn(line);
      return at < 0 ? [] : [hitOf(path, index + 1, line, at)];
    })
    .slice(0, max + 1);

function hitOf(path: string, line: number, text: string, at: number): SearchHit {
  if (text.length <= maxLineLength) return { path, line, text: text.trim() };
  const from = Math.max(0, at - lead);
  return { path, line, column: at + 1, text: text.slice(from, from + maxLineLength).toWellFormed() };
}
