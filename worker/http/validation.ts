import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { AppError, type FieldError } from "../errors.ts";
import type { AppEnv } from "./environment.ts";

type Issue = z.core.$ZodIssue;

/** What zod found wrong becomes one 422 with a pointer for each fault. */
export const refuseInvalid: Hook<unknown, AppEnv, string, undefined> = (result) => {
  if (result.success) return undefined;
  // What a path names and cannot be is not there.
  if (result.target === "param") throw new AppError("not_found", "There is nothing at this address.");
  const issues: readonly Issue[] = result.error.issues;
  const errors = issues.flatMap((issue) => faultsOf(issue, result.target));
  const [first] = errors;
  const detail =
    errors.length === 1 && first ? first.detail : `${errors.length} faults; the first: ${first?.detail ?? ""}`;
  throw new AppError("invalid_request", detail, { errors });
};

function faultsOf(issue: Issue, target: string): FieldError[] {
  const pointer = pointerTo(issue.path, target);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], target),
      code: "unknown_field",
      detail: `There is no field “${key}” here.`,
    }));
  }
  const own: unknown = issue.code === "custom" ? issue.params?.code : undefined;
  return [
    { pointer, code: typeof own === "string" ? own : issue.code, detail: `${pointer || "The body"}: ${issue.message}` },
  ];
}

/** RFC 6901 into the body; `?name` for a query parameter. */
function pointerTo(path: readonly PropertyKey[], target: string): string {
  if (target === "query") return `?${String(path[0] ?? "")}`;
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
