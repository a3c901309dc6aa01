import type { Agent } from "../../../worker/contract/index.ts";

const frontMatter = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** Parses the name from an agent file's front matter; undefined if it has no name. */
export function nameIn(file: string): string | undefined {
  const [, head = ""] = frontMatter.exec(file) ?? [];
  const [, name] = /^["']?name["']?[ \t]*:[ \t]*["']?([^"'#\r\n]*?)["']?[ \t]*(?:#.*)?$/m.exec(head) ?? [];
  return name === "" ? undefined : name;
}

/** Whether YAML parses the unquoted text as a string. Other texts are quoted as JSON, which is valid YAML. */
const isPlain = (text: string) =>
  /^[A-Za-z][\w .,;!?()'/-]*$/.test(text) && !/\s$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
const scalar = (text: string) => (isPlain(text) ? text : JSON.stringify(text));
const listOf = (field: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`${field}:`, ...items.map((item) => `  - ${scalar(item)}`)];

/** Renders an agent as a Markdown file. The API keeps the parsed agent, not the file's formatting. */
export function fileOf({ name, title, description, keywords, examples, tools, model, prompt }: Agent): string {
  const lines = [
    "---",
    `name: ${name}`,
    `title: ${scalar(title)}`,
    `description: ${scalar(description)}`,
    // An empty list grants no tools; without the field the agent would have all of them.
    `tools: ${tools.length === 0 ? "[]" : tools.join(", ")}`,
    `model: ${model}`,
    ...listOf("keywords", keywords),
    ...listOf("examples", examples),
    "---",
    "",
    prompt,
    "",
  ];
  return lines.join("\n");
}

/** The template of a new agent. */
export const sample = `---
name: beekeeper
description: Knows everything about beehives, swarms and honey harvests.
tools: read_files, search_files, edit_file
model: balanced
keywords: beehive, honey, swarm
examples:
  - Record the harvest of each hive
---

You keep bees. Say what you would do before you change a file.
`;
