import type { CodeToken } from "./tokens.ts";

export type Literal = string | number | boolean | null | undefined | Literal[] | { [name: string]: Literal };

/** A value and the index of the token behind it. */
export type ReadLiteral = { value: Literal; next: number };

/**
 * Evaluates a literal: a string, a number, a constant, or an array or object of literals. Null for a computed value.
 */
export function readLiteral(tokens: readonly CodeToken[], index: number): ReadLiteral | null {
  const read = readValue(tokens, index);
  if (read === null) return null;
  // `as const` does not change the value.
  const isConst = tokens[read.next]?.value === "as" && tokens[read.next + 1]?.value === "const";
  return isConst ? { value: read.value, next: read.next + 2 } : read;
}

function readValue(tokens: readonly CodeToken[], index: number): ReadLiteral | null {
  const token = tokens[index];
  if (token === undefined) return null;
  const next = index + 1;
  if (token.type === "StringLiteral" || token.type === "NoSubstitutionTemplate")
    return { value: unescapeString(token.value.slice(1, -1)), next };
  if (token.type === "NumericLiteral") return { value: Number(token.value.replaceAll("_", "")), next };
  if (CONSTANTS.has(token.value)) return { value: CONSTANTS.get(token.value), next };
  if (token.value === "!" && tokens[next]?.type === "NumericLiteral")
    return { value: Number(tokens[next].value) === 0, next: next + 1 };
  if (token.value === "[") return readArray(tokens, next);
  return token.value === "{" ? readObject(tokens, next) : null;
}

const CONSTANTS = new Map<string, Literal>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);

function readArray(tokens: readonly CodeToken[], start: number): ReadLiteral | null {
  const items: Literal[] = [];
  for (let index = start; ; ) {
    if (tokens[index]?.value === "]") return { value: items, next: index + 1 };
    const item = readLiteral(tokens, index);
    if (item === null) return null;
    items.push(item.value);
    const separator = tokens[item.next]?.value;
    if (separator !== "," && separator !== "]") return null;
    index = separator === "," ? item.next + 1 : item.next;
  }
}

function readObject(tokens: readonly CodeToken[], start: number): ReadLiteral | null {
  const entries: [string, Literal][] = [];
  for (let index = start; ; ) {
    const key = tokens[index];
    if (key?.value === "}") return { value: Object.fromEntries(entries), next: index + 1 };
    if (key === undefined || tokens[index + 1]?.value !== ":") return null;
    const value = readLiteral(tokens, index + 2);
    if (value === null) return null;
    entries.push([key.type === "StringLiteral" ? unescapeString(key.value.slice(1, -1)) : key.value, value.value]);
    const separator = tokens[value.next]?.value;
    if (separator !== "," && separator !== "}") return null;
    index = separator === "," ? value.next + 1 : value.next;
  }
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** The text that the inside of a string literal means. */
export function unescapeString(source: string): string {
  return source.replace(
    /\\(u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|\r?\n|.)/gis,
    (_, written, long, short, hex) => {
      const code = long ?? short ?? hex;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return written.endsWith("\n") ? "" : (ESCAPES[written] ?? written);
    },
  );
}
