import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Problem } from "../../contract/index.ts";
import { AppError, type ErrorCode } from "../../errors.ts";
import { limitHeadersOf } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";

/** The one map from error codes to HTTP statuses. */
export const statusOf: Record<ErrorCode, ContentfulStatusCode> = {
  malformed_json: 400,
  malformed_request: 400,
  invalid_cursor: 400,
  invalid_limit: 400,
  invalid_after: 400,
  unsupported_media_type: 415,
  invalid_request: 422,
  invalid_path: 422,
  invalid_content: 422,
  invalid_url: 422,
  invalid_host: 422,
  invalid_archive: 422,
  payload_too_large: 413,
  method_not_allowed: 405,
  unauthenticated: 401,
  invalid_token: 401,
  invalid_signature: 401,
  insufficient_scope: 403,
  forbidden: 403,
  insufficient_role: 403,
  trigger_disabled: 403,
  bad_origin: 403,
  account_suspended: 403,
  email_not_verified: 403,
  deletion_pending: 403,
  second_factor_required: 403,
  not_found: 404,
  precondition_failed: 412,
  conflict: 409,
  file_exists: 409,
  file_missing: 409,
  path_conflict: 409,
  revision_conflict: 409,
  file_too_large: 413,
  project_too_large: 413,
  storage_exceeded: 413,
  not_waiting: 409,
  limit_reached: 409,
  build_failed: 422,
  name_taken: 409,
  domain_taken: 409,
  domains_not_configured: 422,
  imports_not_configured: 422,
  import_refused: 422,
  read_only: 422,
  invalid_query: 422,
  query_refused: 422,
  constraint_failed: 422,
  idempotency_key_reused: 422,
  idempotency_in_flight: 409,
  events_trimmed: 410,
  snapshot_expired: 410,
  unknown_agent: 422,
  invalid_agent: 422,
  budget_exceeded: 429,
  platform_budget_exceeded: 503,
  repeated_error: 409,
  model_not_configured: 503,
  model_overloaded: 503,
  model_refused: 422,
  model_failed: 503,
  start_lost: 503,
  rate_limited: 429,
  capability_refused: 403,
  outcome_unknown: 503,
  dependency_down: 503,
  misconfigured: 503,
  internal: 500,
};

export const titles: Partial<Record<number, string>> = {
  400: "Malformed request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Invalid content",
  429: "Too many requests",
  500: "Internal server error",
  503: "Temporarily unavailable",
};

/**
 * Converts a thrown value to an AppError. An unexpected value becomes `internal` and exposes no details.
 * @param acceptedTypes the media types that the route accepts, for the message of a 415
 */
export function appErrorOf(error: unknown, acceptedTypes = () => "application/json"): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException) {
    if (error.status === 415) return new AppError("unsupported_media_type", `The body must be ${acceptedTypes()}.`);
    if (error.status === 400) return new AppError("malformed_json", "The body is not valid JSON in UTF-8.");
    if (error.status === 413) return new AppError("payload_too_large", error.message);
  }
  return new AppError("internal", "Something went wrong on our side. We've recorded it.", { cause: error });
}

/** @returns the RFC 9457 problem response for an error */
export function problemResponse(c: Context<AppEnv>, error: AppError): Response {
  const status = statusOf[error.code];
  c.set("problemCode", error.code);
  const body: Problem = {
    ...error.members,
    type: `${c.get("config")?.appOrigin ?? ""}/v1/docs/errors/${error.code}`,
    title: titles[status] ?? "Error",
    status,
    detail: error.detail,
    instance: new URL(c.req.url).pathname,
    code: error.code,
    requestId: c.get("requestId"),
    ...(error.errors && { errors: error.errors }),
  };
  for (const [name, value] of Object.entries(limitHeadersOf(error))) c.header(name, value);
  if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="edgesmith"');
  c.header("Content-Type", "application/problem+json");
  return c.body(JSON.stringify(body), status);
}
