/**
 * A value as PostgreSQL's jsonb can hold it: a model and an app's log may say NUL or half a surrogate pair, and a run
 * that could not be written down would never end.
 */
export function sanitizeJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "\ufffd") : part,
  );
}
