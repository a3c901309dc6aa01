import type { z } from "zod";

/** Each round mends what the one before has uncovered: a list as text, then its members as text. */
const maxRounds = 6;

/**
 * Reads a tool's input as it can only be meant, where it does not fit the tool's schema as it was sent: a list, an object,
 * a number or a truth value as its JSON text, one member where a list is asked for, null for a field that may be absent.
 * Only what the schema refuses is touched, and only what it then takes as a whole counts.
 * @returns the input that fits, or null
 */
export function repairInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> | null {
  let current = input;
  for (let round = 0; round < maxRounds; round++) {
    const parsed = schema.safeParse(current);
    if (parsed.success) return parsed.data;
    // Of a text in the place of a list, zod also says that it is too long for one: the kind alone counts.
    const mended = parsed.error.issues.reduce(
      (value, issue) => (issue.code === "invalid_type" ? mendedAt(value, issue.path, issue.expected) : value),
      current,
    );
    if (JSON.stringify(mended) === JSON.stringify(current)) return null;
    current = mended;
  }
  return null;
}

/** A copy with the value at a path mended; a null is left out of what holds it. */
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
    return [[name, mendedAt(member, rest, expected)]];
  });
  return Object.fromEntries(entries);
}

function mended(value: unknown, expected: string): unknown {
  if (typeof value === "string") {
    const read = isOf(expected, valueIn(value));
    if (read !== undefined) return read;
    return expected === "array" ? [value] : value;
  }
  // One member of a list; which kind of member it wants, the schema says next.
  return expected === "array" && typeof value === "object" && value !== null ? [value] : value;
}

/** What a JSON text says; models put a text into quotes once more at times. */
function valueIn(text: string): unknown {
  let value: unknown = text;
  for (let times = 0; times < 2 && typeof value === "string"; times++) {
    try {
      value = JSON.parse(value);
    } catch {
      // No JSON: it is the text it was.
      return undefined;
    }
  }
  return value;
}

/** The value where it is of the kind that was expected. */
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
