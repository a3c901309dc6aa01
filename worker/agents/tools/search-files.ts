import { z } from "zod";
import type { FileContent } from "../../contract/index.ts";
import { type Matcher, matcherOf } from "./search-pattern.ts";
import { defineTool, refusal } from "./tool.ts";

const mostHits = 100;
const mostFiles = 500;
const together = 20;

export const searchFiles = defineTool({
  name: "search_files",
  description:
    "Find the lines of all text files that contain a text, whatever its case. With `regex` the query is a regular expression: ., classes, groups, |, *, +, ?, {m,n}, ^, $, \\d \\w \\s \\b; no lookaround and no back-reference.",
  effect: "reads",
  input: z.strictObject({ query: z.string().min(1).max(500), regex: z.boolean().optional() }),
  async run({ query, regex = false }, { workspace }) {
    const matcher = matcherOf(query, regex);
    if ("fault" in matcher) return refusal(`The regular expression cannot be used: ${matcher.fault}`);
    const { files } = await workspace.listFiles();
    const texts = files.filter((file) => file.encoding === "utf-8").slice(0, mostFiles);
    const hits: string[] = [];
    for (let from = 0; from < texts.length && hits.length < mostHits; from += together) {
      const read = await Promise.all(texts.slice(from, from + together).map((file) => workspace.readFile(file.path)));
      for (const file of read) if (file) hits.push(...hitsIn(file, matcher));
    }
    if (hits.length === 0) return { content: `Nothing in ${texts.length} files matches.` };
    const cut = hits.length > mostHits ? [`(Only the first ${mostHits} lines are shown.)`] : [];
    return { content: [...hits.slice(0, mostHits), ...cut].join("\n") };
  },
});

const hitsIn = (file: FileContent, { test }: Matcher): string[] =>
  file.content
    .split("\n")
    .flatMap((line, index) => (test(line) ? [`${file.path}:${index + 1}: ${line.trim().slice(0, 300)}`] : []))
    .slice(0, mostHits + 1);
