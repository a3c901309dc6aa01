import type { z } from "zod";

type Issue = z.core.$ZodIssue;

const types: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

const formats: Record<string, string> = {
  date: "a date, as YYYY-MM-DD",
  datetime: "a time as in RFC 3339, such as 2026-11-23T12:34:56Z",
};

const somethingElse = "is invalid";

/** @returns a field's name for a sentence: `operations[0].path` */
export const fieldName = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (before, part) =>
      typeof part === "number" ? `${before}[${part}]` : before === "" ? String(part) : `${before}.${String(part)}`,
    "",
  );

/** @returns the fault of a field, as the rest of a sentence that begins with its name: "is missing" */
export function validationMessages(issue: Issue, input: unknown): string {
  // The contract's own messages have this form already.
  if (issue.code === "custom") return issue.message;
  if (input === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${types[issue.expected] ?? "of another type"}`;
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum));
    case "too_big":
      return `must ${boundOf(issue.origin, "most", Number(issue.maximum))}`;
    case "invalid_format":
      return issue.format === "regex"
        ? `must match ${issue.pattern ?? "its pattern"}`
        : `must be ${formats[issue.format] ?? issue.format}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values)}`;
    case "invalid_union":
      // A union discriminated by one field, whose options are known.
      return "options" in issue && Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : somethingElse;
    default:
      return somethingElse;
  }
}

const tooSmall = (origin: string, least: number): string =>
  least === 1 && (origin === "string" || origin === "array")
    ? "must not be empty"
    : `must ${boundOf(origin, "least", least)}`;

function boundOf(origin: string, side: "least" | "most", bound: number): string {
  const counted = origin === "string" ? "character" : origin === "array" ? "item" : null;
  return counted === null ? `be at ${side} ${bound}` : `have at ${side} ${bound} ${counted}${bound === 1 ? "" : "s"}`;
}

function oneOf(values: readonly unknown[]): string {
  const named = values.map((value) => JSON.stringify(value));
  return named.length === 1 ? String(named[0]) : `one of ${named.join(", ")}`;
}
