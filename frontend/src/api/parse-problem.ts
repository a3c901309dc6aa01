import type { Problem } from "../../../worker/contract/index.ts";

type FieldError = NonNullable<Problem["errors"]>[number];

/**
 * The fields of a problem response that the app uses. Each is optional, since a gateway in front of the API may have
 * responded.
 */
export type ProblemFields = {
  code?: string | undefined;
  title?: string | undefined;
  detail?: string | undefined;
  /** The account library's own code. */
  reason?: string | undefined;
  errors?: readonly FieldError[] | undefined;
  /** The path of the file that caused the error. */
  path?: string | undefined;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function fieldErrorOf({ pointer, code, detail, line }: Record<string, unknown>): FieldError[] {
  if (typeof pointer !== "string" || typeof detail !== "string") return [];
  return [{ pointer, code: text(code) ?? "invalid", detail, ...(typeof line === "number" ? { line } : {}) }];
}

/** Parses the JSON of an error response. The account library calls the detail `message`. */
export function parseProblem(value: unknown): ProblemFields {
  if (!isRecord(value)) return {};
  const { code, title, detail, message, reason, errors, path } = value;
  return {
    code: text(code),
    title: text(title),
    detail: text(detail) ?? text(message),
    reason: text(reason),
    path: text(path),
    errors: Array.isArray(errors) ? errors.filter(isRecord).flatMap(fieldErrorOf) : undefined,
  };
}
