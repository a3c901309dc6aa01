import type { z } from "zod";

/** Each round repairs faults that the previous round has uncovered: a list as text, then its members as text. */
const maxRounds = 6;

/**
 * Repairs a tool's input that does not fit the schema but has one possible meaning: a list, an object, a number or a
 * boolean as JSON text, a single member in place of a list, null for an optional field, an object in place of the JSON
 * text of a file or of a request's body. Changes only values that the schema refuses, and only when that makes the whole
 * input valid.
 * @returns the valid input, or null
 */
export function repairInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> | null {
  let current = input;
  for (let round = 0; round < maxRounds; round++) {
    const parsed = schema.safeParse(current);
    if (parsed.success) return parsed.data;
    // For a text in place of a list zod also reports its length; only the type matters.
    const mended = parsed.error.issues.reduce(
      (value, issue) => (issue.code === "invalid_type" ? mendedAt(value, issue.path, issue.expected) : value),
      current,
    );
    if (JSON.stringify(mended) === JSON.stringify(current)) return null;
    current = mended;
  }
  return null;
}

/** Returns a copy with the value at a path repaired; a null is removed from its object. */
function mendedAt(value: unknown, path: PropertyKey[], expected: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return mended(value, expected);
  if (Array.isArray(value)) {
    return value.map((member, index) => (index === key ? mendedAt(member, rest, expected) : member));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (name !== key) return [[name, member]];
    if (rest.length === 0 && member === null) return [];
    if (rest.length === 0 && expected === "string") return [[name, jsonTextOf(value, name, member)]];
    return [[name, mendedAt(member, rest, expected)]];
  });
  return Object.fromEntries(entries);
}

/** Writes an object as text where the text is JSON: the content of a `.json` file, and the body of a request. */
function jsonTextOf(parent: object, name: string, member: unknown): unknown {
  if (typeof member !== "object") return member;
  if (name === "body") return JSON.stringify(member);
  const path = "path" in parent && typeof parent.path === "string" ? parent.path : "";
  return name === "content" && /\.json$/i.test(path) ? `${JSON.stringify(member, null, 2)}\n` : member;
}

function mended(value: unknown, expected: string): unknown {
  if (typeof value === "string") {
    const read = isOf(expected, valueIn(value));
    if (read !== undefined) return read;
    return expected === "array" ? [value] : value;
  }
  // A single member in place of a list; the next round validates the member.
  return expected === "array" && typeof value === "object" && value !== null ? [value] : value;
}

/** Parses JSON text, which models sometimes encode twice. */
function valueIn(text: string): unknown {
  let value: unknown = text;
  for (let times = 0; times < 2 && typeof value === "string"; times++) {
    try {
      value = JSON.parse(value);
    } catch {
      // Not JSON: the text stays as it is.
      return undefined;
    }
  }
  return value;
}

/** Returns the value when it has the expected type, otherwise undefined. */
function isOf(expected: string, value: unknown): unknown {
  switch (expected) {
    case "array":
      return Array.isArray(value) ? value : undefined;
    case "object":
    case "record":
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
    case "number":
    case "int":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    default:
      return undefined;
  }
}
