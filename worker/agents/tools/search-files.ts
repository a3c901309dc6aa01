import { z } from "zod";
import type { FileEntry } from "../../contract/index.ts";
import type { Workspace } from "../ports.ts";
import { type Matcher, matcherOf } from "./search-pattern.ts";
import { defineTool, refusal } from "./tool.ts";

const maxHits = 100;
/** Up to this size in bytes the whole tree is read in one request; above it, files are read a few at a time. */
const smallTree = 4_000_000;
const maxFiles = 500;
const concurrency = 5;
/** Maximum of matching steps of one search: about a second. */
const maxSteps = 50_000_000;

export const searchFiles = defineTool({
  name: "search_files",
  description:
    "Find the lines of all text files that contain a text, whatever its case; each is a JSON object with path, line, text and, in a long line, the column. With `regex` the query is a regular expression, with case: ., classes, groups, |, *, +, ?, {m,n}, ^, $, \\d \\w \\s \\b; no lookaround and no back-reference.",
  effect: "reads",
  input: z.strictObject({ query: z.string().min(1).max(500), regex: z.boolean().optional() }),
  async run({ query, regex = false }, { workspace }) {
    const matcher = matcherOf(query, regex);
    if ("fault" in matcher) return refusal(`The regular expression cannot be used: ${matcher.fault}`);
    const { revision, files } = await workspace.listFiles();
    const texts = files.filter((file) => file.encoding === "utf-8");
    const hits: string[] = [];
    const notes: string[] = [];
    let steps = 0;
    for await (const file of contentsOf(workspace, revision, texts)) {
      steps += file.content.length * matcher.cost;
      if (steps > maxSteps) notes.push("(The search was stopped: the pattern is too costly for so much text.)");
      else hits.push(...hitsIn(file, matcher));
      if (hits.length > maxHits) notes.push(`(Only the first ${maxHits} lines are shown.)`);
      if (notes.length > 0) break;
    }
    if (hits.length === 0 && notes.length === 0) return { content: `Nothing matches in ${texts.length} text files.` };
    return { content: [...hits.slice(0, maxHits), ...notes].join("\n"), isData: true };
  },
});

type Text = { path: string; content: string };

async function* contentsOf(workspace: Workspace, revision: number, texts: FileEntry[]): AsyncGenerator<Text> {
  const bytes = texts.reduce((total, file) => total + file.bytes, 0);
  if (bytes <= smallTree) {
    const wanted = new Set(texts.map((file) => file.path));
    for (const file of await workspace.readTree(revision)) if (wanted.has(file.path)) yield file;
    return;
  }
  for (let from = 0; from < Math.min(texts.length, maxFiles); from += concurrency) {
    const read = await Promise.all(texts.slice(from, from + concurrency).map((file) => workspace.readFile(file.path)));
    for (const file of read) if (file) yield file;
  }
}

const hitsIn = (file: Text, { indexIn }: Matcher): string[] =>
  file.content
    .split("\n")
    .flatMap((whole, index) => {
      const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
      const at = indexIn(line);
      return at < 0 ? [] : [hitOf(file.path, index + 1, line, at)];
    })
    .slice(0, maxHits + 1);

const maxLineLength = 300;
/** Characters of a long line that are shown before the match. */
const lead = 100;

/** Formats a hit as one JSON object per line, so that a file's content cannot imitate the next hit. */
function hitOf(path: string, line: number, text: string, at: number): string {
  if (text.length <= maxLineLength) return JSON.stringify({ path, line, text: text.trim() });
  const from = Math.max(0, at - lead);
  return JSON.stringify({ path, line, column: at + 1, text: text.slice(from, from + maxLineLength).toWellFormed() });
}
