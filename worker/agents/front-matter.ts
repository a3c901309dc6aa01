import { type Document, LineCounter, parseDocument, visit } from "yaml";

/** The front matter starts on the file's second line. */
const firstLine = 2;

/** Invalid YAML: the message, and the line in the file. */
export type Broken = { line: number; fault: string };

/** Parsed front matter. */
export type FrontMatter = {
  yaml: Document;
  /** Returns the file's line of an offset into the front matter. */
  lineOf: (offset: number) => number;
};

/** Keys whose values have a schema; every other value is text, or ignored. */
const shaped = new Set(["name", "tools", "model", "keywords", "examples"]);

/**
 * Parses front matter as leniently as other assistants, which search lines for `key: value` instead of parsing YAML.
 * When the front matter is not valid YAML, each value that is invalid by itself is taken as plain text, up to the end
 * of its line and including the indented lines below it.
 */
export function readFrontMatter(head: string): FrontMatter | Broken {
  const { yaml, lines } = parse(head);
  const lineOf = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  const broken = brokenIn(yaml);
  if (broken === null && isTextOrAbsent(yaml.get("description"))) return { yaml, lineOf };
  const plain = parse(withPlainText(head));
  if (brokenIn(plain.yaml) === null)
    return { yaml: plain.yaml, lineOf: (offset) => plain.lines.linePos(offset).line + firstLine - 1 };
  return broken === null ? { yaml, lineOf } : { line: lineOf(broken.offset), fault: broken.fault };
}

function parse(head: string): { yaml: Document; lines: LineCounter } {
  const lines = new LineCounter();
  // Pretty errors contain a line and column counted from the start of the front matter.
  return { yaml: parseDocument(head, { schema: "core", lineCounter: lines, prettyErrors: false }), lines };
}

function brokenIn(yaml: Document): { offset: number; fault: string } | null {
  const [error] = yaml.errors;
  if (error) return { offset: error.pos[0], fault: error.message };
  let alias: number | null = null;
  visit(yaml, {
    Alias(_key, { range }) {
      alias ??= range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  // A few lines of aliases can expand into gigabytes.
  return alias === null ? null : { offset: alias, fault: "a YAML alias is not supported" };
}

const isTextOrAbsent = (value: unknown): boolean => value === undefined || value === null || typeof value === "string";

/** Quotes each value that is not valid by itself, and keeps the number of lines. */
function withPlainText(head: string): string {
  const entries: string[][] = [];
  for (const line of head.split(/\r?\n/)) {
    const current = entries.at(-1);
    if (current && /^(?:[ \t]|$)/.test(line)) current.push(line);
    else entries.push([line]);
  }
  return entries.flatMap(quoted).join("\n");
}

function quoted(entry: string[]): string[] {
  const [, key = "", first = ""] = /^([A-Za-z][\w-]*):[ \t]+(.*\S)[ \t]*$/.exec(entry[0] ?? "") ?? [];
  // A bare asterisk means every tool, but in YAML it is an alias without a name.
  if (key === "tools" && first === "*") return ['tools: "*"', ...entry.slice(1)];
  if (key === "" || shaped.has(key)) return entry;
  const { yaml } = parse(entry.join("\n"));
  if (brokenIn(yaml) === null && (key !== "description" || isTextOrAbsent(yaml.get(key)))) return entry;
  const text = [first, ...entry.slice(1).map((line) => line.trim())].filter((part) => part !== "").join(" ");
  return [`${key}: ${JSON.stringify(text)}`, ...entry.slice(1).map(() => "")];
}
