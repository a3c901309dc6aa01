import type { SourcePlace } from "./preview-message.ts";

/** An attribute of a tag. `quote` is `{` for a value in braces, and null for an unquoted value. */
type Attribute = { name: string; quote: '"' | "'" | "{" | null; valueStart: number; valueEnd: number };

/** An element's opening tag in a source, as character indices. */
export type OpenTag = {
  name: string;
  nameEnd: number;
  attributes: Attribute[];
  isSelfClosing: boolean;
  /** The index after the tag. */
  end: number;
};

/**
 * Finds an element's opening tag in JSX, HTML, Vue or Svelte.
 * @returns null if there is no such tag at this position, because the source has changed
 */
export function openTagAt(source: string, place: SourcePlace, name: string): OpenTag | null {
  const start = startOf(source, place, name);
  return start === null ? null : readTag(source, start, name);
}

/**
 * Returns the start of the closest matching tag on the line, since some compilers count columns in bytes and others in
 * characters.
 */
function startOf(source: string, { line, column }: SourcePlace, name: string): number | null {
  let lineStart = 0;
  for (let count = 1; count < line; count += 1) {
    const feed = source.indexOf("\n", lineStart);
    if (feed < 0) return null;
    lineStart = feed + 1;
  }
  const feed = source.indexOf("\n", lineStart);
  const text = source.slice(lineStart, feed < 0 ? source.length : feed);
  const wanted = new RegExp(`<${name.replace(/[^\w-]/g, "")}(?![\\w.-])`, "gi");
  const found = [...text.matchAll(wanted)].map(({ index }) => index);
  const nearest = found.sort((one, other) => Math.abs(one - column + 1) - Math.abs(other - column + 1))[0];
  return nearest === undefined ? null : lineStart + nearest;
}

function readTag(source: string, start: number, name: string): OpenTag | null {
  const nameEnd = start + 1 + name.length;
  const attributes: Attribute[] = [];
  let at = nameEnd;
  while (at < source.length) {
    const character = source[at] ?? "";
    if (character === ">") return { name, nameEnd, attributes, isSelfClosing: source[at - 1] === "/", end: at + 1 };
    if (character === "{") {
      // A spread attribute, or Svelte's shorthand.
      at = closingBrace(source, at) + 1;
      continue;
    }
    const [attribute = ""] = /^[^\s=>{/"']+/.exec(source.slice(at, at + 200)) ?? [];
    if (attribute === "") {
      at += 1;
      continue;
    }
    const read = readValue(source, at + attribute.length, attribute);
    attributes.push(read);
    at = read.next;
  }
  return null;
}

function readValue(source: string, from: number, name: string): Attribute & { next: number } {
  const [equals = ""] = /^\s*=\s*/.exec(source.slice(from, from + 200)) ?? [];
  const at = from + equals.length;
  const quote = source[at];
  if (equals === "") return { name, quote: null, valueStart: from, valueEnd: from, next: from };
  if (quote === '"' || quote === "'") {
    const end = source.indexOf(quote, at + 1);
    const valueEnd = end < 0 ? source.length : end;
    return { name, quote, valueStart: at + 1, valueEnd, next: valueEnd + 1 };
  }
  if (quote === "{") {
    const end = closingBrace(source, at);
    return { name, quote, valueStart: at + 1, valueEnd: end, next: end + 1 };
  }
  const [value = ""] = /^[^\s>]+/.exec(source.slice(at)) ?? [];
  return { name, quote: null, valueStart: at, valueEnd: at + value.length, next: at + value.length };
}

/** Returns the index of the brace that closes the brace at `open`. Skips braces in strings. */
function closingBrace(source: string, open: number): number {
  let depth = 0;
  for (let at = open; at < source.length; at += 1) {
    const character = source[at] ?? "";
    if (character === '"' || character === "'" || character === "`") at = closingQuote(source, at, character);
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return source.length;
}

function closingQuote(source: string, open: number, quote: string): number {
  for (let at = open + 1; at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === quote) return at;
  }
  return source.length;
}
