import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { fieldName, validationMessages } from "../../contract/index.ts";
import { AppError, type ErrorCode, type FieldError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

type Issue = z.core.$ZodIssue;

/**
 * Converts the issues that zod found to one 422 with a pointer per issue.
 * @throws AppError `invalid_request` and the parameters' own codes
 */
export const refuseInvalid: Hook<unknown, AppEnv, string, undefined> = (result) => {
  if (result.success) return undefined;
  // An invalid path parameter cannot name an existing resource.
  if (result.target === "param") throw new AppError("not_found", "Not found.");
  const issues: readonly Issue[] = result.error.issues;
  // The hook receives `data`, but its type omits it.
  const input: unknown = Reflect.get(result, "data");
  if (result.target === "query") refuseRepeated(issues, input);
  const errors = issues
    .filter((issue) => issue.code === "invalid_type" || !isOfAnotherType(issue, issues))
    .flatMap((issue) => faultsOf(issue, result.target, input));
  const [first] = errors;
  const detail =
    errors.length === 1 && first ? first.detail : `${errors.length} errors; the first: ${first?.detail ?? ""}`;
  throw new AppError("invalid_request", detail, { errors });
};

/** The parameters whose errors have their own code and status 400. */
const ownCodes: Record<string, ErrorCode> = {
  limit: "invalid_limit",
  cursor: "invalid_cursor",
  after: "invalid_after",
};

/**
 * Refuses one of these parameters when it is repeated: their schemas take a single text.
 * @throws AppError with the parameter's own code
 */
function refuseRepeated(issues: readonly Issue[], input: unknown): void {
  for (const { path } of issues) {
    const name = String(path[0] ?? "");
    const code = Object.hasOwn(ownCodes, name) ? ownCodes[name] : undefined;
    if (code && Array.isArray(valueAt(path, input))) throw new AppError(code, `${name} is given more than once.`);
  }
}

/** Whether the same value also has the wrong type; its other issues, such as a length, are then meaningless. */
const isOfAnotherType = ({ path }: Issue, issues: readonly Issue[]): boolean =>
  issues.some((other) => other.code === "invalid_type" && other.path.join("/") === path.join("/"));

function faultsOf(issue: Issue, target: string, input: unknown): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], target),
      code: "unknown_field",
      detail: `Unknown ${target === "query" ? "parameter" : "field"} “${key}”.`,
    }));
  }
  const own: unknown = issue.code === "custom" ? issue.params?.code : undefined;
  const value = valueAt(issue.path, input);
  const words =
    target === "query" && Array.isArray(value) ? "is given more than once" : validationMessages(issue, value);
  const detail = `${fieldName(issue.path) || "The body"} ${words}.`;
  return [{ pointer: pointerTo(issue.path, target), code: typeof own === "string" ? own : issue.code, detail }];
}

/** @returns the value at a path of the input; undefined when the path does not exist */
const valueAt = (path: readonly PropertyKey[], input: unknown): unknown =>
  path.reduce<unknown>(
    (at, part) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
    input,
  );

/** @returns a JSON pointer (RFC 6901) into the body; `?name` for a query parameter */
function pointerTo(path: readonly PropertyKey[], target: string): string {
  if (target === "query") return `?${String(path[0] ?? "")}`;
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
