import { z } from "zod";
import type { FileEntry } from "../../contract/index.ts";
import type { Workspace } from "../ports.ts";
import { matcherOf } from "./search-pattern.ts";
import { searchTexts, type Text } from "./search-texts.ts";
import { defineTool, refusal } from "./tool.ts";

const maxHits = 100;
/** Up to this size in bytes the whole tree is read in one request; above it, files are read a few at a time. */
const smallTree = 4_000_000;
const maxFiles = 500;
const concurrency = 5;
const notes = {
  cost: "(The search was stopped: the pattern is too costly for so much text.)",
  count: `(Only the first ${maxHits} lines are shown.)`,
};

export const searchFiles = defineTool({
  name: "search_files",
  description:
    "Find the lines of all text files that contain a text, whatever its case; each is a JSON object with path, line, text and, in a long line, the column. With `regex` the query is a regular expression, with case: ., classes, groups, |, *, +, ?, {m,n}, ^, $, \\d \\w \\s \\b; no lookaround and no back-reference.",
  effect: "reads",
  input: () => z.strictObject({ query: z.string().min(1).max(500), regex: z.boolean().optional() }),
  async run({ query, regex = false }, { workspace }) {
    const matcher = matcherOf(query, regex);
    if ("fault" in matcher) return refusal(`The regular expression cannot be used: ${matcher.fault}`);
    const { revision, files } = await workspace.listFiles();
    const texts = files.filter((file) => file.encoding === "utf-8");
    const { hits, stopped } = await searchTexts(contentsOf(workspace, revision, texts), matcher, maxHits);
    if (hits.length === 0 && stopped === null) return { content: `Nothing matches in ${texts.length} text files.` };
    // One JSON object per line, so that a file's content cannot imitate the next hit.
    const lines = hits.map((hit) => JSON.stringify(hit));
    return { content: (stopped === null ? lines : [...lines, notes[stopped]]).join("\n"), isData: true };
  },
});

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
