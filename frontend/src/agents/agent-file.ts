import type { Agent } from "../../../worker/contract/index.ts";

const frontMatter = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** The name that an agent's file gives itself, under which it is stored; undefined where it gives none. */
export function nameIn(file: string): string | undefined {
  const [, head = ""] = frontMatter.exec(file) ?? [];
  const [, name] = /^["']?name["']?[ \t]*:[ \t]*["']?([^"'#\r\n]*?)["']?[ \t]*(?:#.*)?$/m.exec(head) ?? [];
  return name === "" ? undefined : name;
}

/** Words that YAML takes for a text as they stand; any other are put in quotes, as JSON does, which is YAML too. */
const isPlain = (text: string) =>
  /^[A-Za-z][\w .,;!?()'/-]*$/.test(text) && !/\s$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
const scalar = (text: string) => (isPlain(text) ? text : JSON.stringify(text));
const listOf = (field: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`${field}:`, ...items.map((item) => `  - ${scalar(item)}`)];

/** An agent as the file that gives it again: the API keeps what it read, not how it was written. */
export function fileOf({ name, title, description, keywords, examples, tools, model, prompt }: Agent): string {
  const lines = [
    "---",
    `name: ${name}`,
    `title: ${scalar(title)}`,
    `description: ${scalar(description)}`,
    // An empty list gives no tools; with no list it would get them all.
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

/** What a new agent begins from. */
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
