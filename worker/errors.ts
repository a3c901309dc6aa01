/** The codes of all errors. `http/middleware/problem.ts` alone maps a code to an HTTP status. */
export const errorCodes = [
  // the request itself
  "malformed_json",
  "malformed_request",
  "invalid_cursor",
  "invalid_limit",
  "invalid_after",
  "unsupported_media_type",
  "invalid_request",
  "invalid_path",
  "invalid_content",
  "invalid_url",
  "invalid_host",
  "invalid_archive",
  "payload_too_large",
  "method_not_allowed",
  // authentication and authorization
  "unauthenticated",
  "invalid_token",
  "invalid_signature",
  "insufficient_scope",
  "forbidden",
  "insufficient_role",
  "trigger_disabled",
  "bad_origin",
  "account_suspended",
  "email_not_verified",
  "deletion_pending",
  "second_factor_required",
  "not_found",
  // preconditions and conflicts
  "precondition_failed",
  "conflict",
  "file_exists",
  "file_missing",
  "path_conflict",
  "revision_conflict",
  "file_too_large",
  "project_too_large",
  "storage_exceeded",
  "not_waiting",
  "limit_reached",
  "build_failed",
  "name_taken",
  "domain_taken",
  "domains_not_configured",
  "imports_not_configured",
  "import_refused",
  // an app's data
  "read_only",
  "invalid_query",
  "query_refused",
  "constraint_failed",
  "idempotency_key_reused",
  "idempotency_in_flight",
  "events_trimmed",
  "snapshot_expired",
  // agents and runs
  "unknown_agent",
  "invalid_agent",
  "budget_exceeded",
  "platform_budget_exceeded",
  "repeated_error",
  "model_not_configured",
  "model_overloaded",
  "model_refused",
  "model_failed",
  "start_lost",
  // limits and dependencies
  "rate_limited",
  "capability_refused",
  "outcome_unknown",
  "dependency_down",
  "misconfigured",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * One invalid part of a request: a JSON pointer to it, a code and a sentence; for a position in a text also the line,
 * from 1.
 */
export type FieldError = { pointer: string; code: string; detail: string; line?: number };

type Extra = {
  /** Further members of the problem document, such as `conflicts` or `limit`. */
  members?: Record<string, unknown>;
  errors?: FieldError[];
  /** Seconds after which a retry may succeed. */
  retryAfter?: number;
  cause?: unknown;
};

/** An error with a code. `detail` is a sentence for the person who reads the response. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly members: Record<string, unknown>;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, detail: string, extra: Extra = {}) {
    super(`${code}: ${detail}`, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.detail = detail;
    this.members = extra.members ?? {};
    this.errors = extra.errors;
    this.retryAfter = extra.retryAfter;
  }
}

/** Whether an error is an AppError and, where `code` is given, has that code. */
export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

/**
 * Ends a switch over a union: fails to compile when the switch misses a member.
 * @throws Error for a value that the types exclude, such as a value that a newer version stored
 */
export function unreachable(value: never): never {
  throw new Error(`unhandled: ${JSON.stringify(value)}`);
}

/** @returns the message of a thrown value, or the value as text when it is not an Error */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Lists an error and its causes for the operators. Clients never receive this list.
 * @returns one line per error, the outermost first
 */
export function causesOf(error: unknown): string[] {
  const messages: string[] = [];
  for (
    let at = error;
    at !== undefined && at !== null && messages.length < 5;
    at = at instanceof Error ? at.cause : undefined
  ) {
    messages.push(
      at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`).slice(0, 2_000) : String(at).slice(0, 500),
    );
  }
  return messages;
}

const untilMidnight = (): number => Math.ceil((daySeconds * 1_000 - (Date.now() % (daySeconds * 1_000))) / 1_000);

/** Creates the error for a platform whose daily budget is spent: 503 and not 429, since no account can change that. */
export function platformBudgetExceeded(extra: Extra = {}): AppError {
  const detail = "The platform's daily budget is used up. It resets at midnight UTC.";
  return new AppError("platform_budget_exceeded", detail, { retryAfter: untilMidnight(), ...extra });
}

/** Formats a number of bytes for a sentence: "512 bytes", "68 KB", "1.5 MB". */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/**
 * Formats a size and the limit that it exceeds. Uses exact byte counts where the rounded sizes would be equal: one byte
 * above 50 KB is "51,201 bytes", not "50 KB".
 */
export function formatExcess(bytes: number, limit: number): [size: string, limit: string] {
  const exact = (value: number) => `${value.toLocaleString("en-US")} bytes`;
  return formatSize(bytes) === formatSize(limit)
    ? [exact(bytes), exact(limit)]
    : [formatSize(bytes), formatSize(limit)];
}

/** Creates the error for an account that has as many projects as its plan allows. */
export const tooManyProjects = (limit: number, extra: Extra = {}): AppError =>
  new AppError("limit_reached", `Your plan allows ${limit} projects. Delete one to create another.`, {
    members: { limit },
    ...extra,
  });

/** Creates the error for an account without enough free storage. Both sizes are in bytes. */
export function storageExceeded(bytes: number, limit: number, extra: Extra = {}): AppError {
  const [size, allowed] = formatExcess(bytes, limit);
  return new AppError(
    "storage_exceeded",
    `Your projects and their history would need ${size}. Your plan allows ${allowed}. Delete a project to free space.`,
    { members: { bytes, limit }, ...extra },
  );
}

/**
 * Creates the error for an account whose daily budget is spent. `retryAfter` is the time until midnight UTC, in
 * seconds.
 */
export function budgetExceeded(extra: Extra = {}): AppError {
  const retryAfter = untilMidnight();
  const detail = "Not enough of today's budget left. It resets at midnight UTC.";
  return new AppError("budget_exceeded", detail, { retryAfter, ...extra });
}

/** Creates the error for a generated app whose model calls have reached the day's limit of one app. */
export function appBudgetExceeded(extra: Extra = {}): AppError {
  const detail = "The app's daily budget for model calls is used up. It resets at midnight UTC.";
  return new AppError("budget_exceeded", detail, { retryAfter: untilMidnight(), ...extra });
}

const daySeconds = 86_400;
