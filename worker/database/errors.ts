import {
  AppError,
  appBudgetExceeded,
  budgetExceeded,
  type ErrorCode,
  platformBudgetExceeded,
  storageExceeded,
  tooManyProjects,
} from "../errors.ts";

/** A database error, unwrapped. `code` is a SQLSTATE; undefined when no response came. */
export type DatabaseError = {
  code: string | undefined;
  message: string;
  detail: string | undefined;
  constraint: string | undefined;
};

/** @returns the driver's error inside drizzle's wrapper; null for an error of another origin */
export function databaseErrorOf(error: unknown): DatabaseError | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "NeonDbError") {
      const field = (name: string) => {
        const value: unknown = Reflect.get(at as object, name);
        return typeof value === "string" ? value : undefined;
      };
      return { code: field("code"), message: at.message, detail: field("detail"), constraint: field("constraint") };
    }
  }
  return null;
}

/**
 * Whether the statements may have been committed: no response, a 5xx, a lost COMMIT, a lost connection, or a server
 * that shuts down. Neon's proxy reports a lost COMMIT as 400 with `code: ""`.
 */
export const isUnknownOutcome = ({ code }: DatabaseError): boolean =>
  code === undefined || code === "" || code.startsWith("08") || /^(57P0[123]|40003)$/.test(code);

/**
 * Whether the statements were rolled back for a transient reason: a deadlock, a serialization failure, or a webhook
 * that was deleted while the transaction inserted a delivery for it.
 */
export const isTransient = ({ code, constraint }: DatabaseError): boolean =>
  code === "40001" || code === "40P01" || (code === "23503" && constraint === "delivery_webhook_id_webhook_id_fk");

/** Whether a statement failed because its operation's row exists, so that it was committed before. */
export const isDuplicateOperation = ({ code, constraint }: DatabaseError): boolean =>
  code === "23505" && constraint === "operation_pkey";

type Guard = { code: ErrorCode; detail: (about: Record<string, unknown>, raised: string) => string };

const guards: Record<string, Guard> = {
  ES404: {
    code: "not_found",
    // One SQLSTATE for two messages, which our SQL functions raise.
    detail: (_, raised) => (raised === "no such revision" ? "Revision not found." : "Project not found."),
  },
  ES412: { code: "precondition_failed", detail: () => "The project has changed since you read it." },
  ES422: { code: "invalid_request", detail: ({ head }) => `The head is ${head}; a later revision does not exist.` },
  ES409: {
    code: "revision_conflict",
    detail: () => "Some of these paths have changed since the revision that this batch is based on.",
  },
  ESKEY: { code: "idempotency_key_reused", detail: () => "This Idempotency-Key was used before." },
  ESFEX: { code: "file_exists", detail: ({ path }) => `${path} exists already.` },
  ESFMI: { code: "file_missing", detail: ({ path }) => `${path} does not exist.` },
  ESPCO: {
    code: "path_conflict",
    detail: ({ path, other }) => pathConflict(String(path), String(other)),
  },
  ESPTL: {
    code: "project_too_large",
    detail: ({ files, bytes }) =>
      `The project would have ${files} files with ${bytes} bytes. Your plan doesn't allow that many.`,
  },
};

/** Describes a conflict: two paths of the same depth differ only in case; otherwise one is inside the other. */
function pathConflict(path: string, other: string): string {
  const [file = "", inside = ""] = [path, other].sort((a, b) => a.split("/").length - b.split("/").length);
  if (file.split("/").length < inside.split("/").length)
    return `${file} is a file, and ${inside} is in a folder of that name. Rename or remove one.`;
  return `${path} and ${other} differ only in case, so Windows and macOS would keep only one of them. Rename or remove one.`;
}

/** @returns the error for a foreign key whose row another request deleted; the constraint's name ends with the table */
function missingIn({ code, constraint }: DatabaseError): { code: ErrorCode; detail: string } | null {
  if (code !== "23503") return null;
  const table = /_(project|user|webhook|event|trigger)_id_fk$/.exec(constraint ?? "")?.[1];
  if (table === undefined) return null;
  if (table === "user") return { code: "unauthenticated", detail: "This account no longer exists." };
  return { code: "not_found", detail: `${table.charAt(0).toUpperCase()}${table.slice(1)} not found.` };
}

/** @returns the AppError for a database error; any other error unchanged, which becomes a 500 */
export function toAppError(error: unknown): unknown {
  const failure = databaseErrorOf(error);
  if (!failure) return error;
  if (failure.code === "ESBUD") return budgetExceeded({ cause: error });
  if (failure.code === "ESAPP") return appBudgetExceeded({ cause: error });
  if (failure.code === "ESPLT") return platformBudgetExceeded({ cause: error });
  if (failure.code === "ESTMP") return tooManyProjects(numberIn(failure, "limit"), { cause: error });
  if (failure.code === "ESSTO") {
    return storageExceeded(numberIn(failure, "bytes"), numberIn(failure, "limit"), { cause: error });
  }
  const missing = missingIn(failure);
  if (missing) return new AppError(missing.code, missing.detail, { cause: error });
  const guard = guards[failure.code ?? ""];
  if (guard) {
    const { pointer, ...members } = parseMembers(failure.detail);
    const detail = guard.detail(members, failure.message);
    const errors = typeof pointer === "string" ? { errors: [{ pointer, code: guard.code, detail }] } : {};
    return new AppError(guard.code, detail, { members, ...errors, cause: error });
  }
  if (isUnknownOutcome(failure) || /^(53|55P03|57014)/.test(failure.code ?? "")) {
    return new AppError("dependency_down", "Database unavailable. Try again.", { cause: error, retryAfter: 2 });
  }
  return error;
}

const numberIn = ({ detail }: DatabaseError, name: string): number => Number(parseMembers(detail)[name]);

function parseMembers(detail: string | undefined): Record<string, unknown> {
  if (!detail) return {};
  const value: unknown = JSON.parse(detail);
  return typeof value === "object" && value !== null ? { ...value } : {};
}
