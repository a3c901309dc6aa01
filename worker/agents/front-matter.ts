import { type Document, LineCounter, parseDocument, visit } from "yaml";

/** The front matter begins on the file's second line. */
const firstLine = 2;

/** What is wrong with a text that should be YAML; `line` is the file's. */
export type Broken = { line: number; fault: string };

export type FrontMatter = {
  yaml: Document;
  /** The file's line at an offset into the front matter. */
  lineOf: (offset: number) => number;
};

/** These have a shape of their own; every other value is text, or nothing that is asked for. */
const shaped = new Set(["name", "tools", "model", "keywords", "examples"]);

/**
 * Reads the front matter as other assistants do, who look for `key: value` in a line rather than for YAML: where it is not
 * valid YAML, a value that is not so by itself is the text to its line's end, with the lines below that are indented.
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
  // Pretty ones name a place of their own, counted from the front matter's beginning.
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
  // A few lines of them can unfold into gigabytes.
  return alias === null ? null : { offset: alias, fault: "a YAML alias is not supported" };
}

const isTextOrAbsent = (value: unknown): boolean => value === undefined || value === null || typeof value === "string";

/** The same with each value in quotes that is not good by itself; as many lines as before. */
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
  // An asterisk by itself is all there is, and to YAML an alias without a name.
  if (key === "tools" && first === "*") return ['tools: "*"', ...entry.slice(1)];
  if (key === "" || shaped.has(key)) return entry;
  const { yaml } = parse(entry.join("\n"));
  if (brokenIn(yaml) === null && (key !== "description" || isTextOrAbsent(yaml.get(key)))) return entry;
  const text = [first, ...entry.slice(1).map((line) => line.trim())].filter((part) => part !== "").join(" ");
  return [`${key}: ${JSON.stringify(text)}`, ...entry.slice(1).map(() => "")];
}
