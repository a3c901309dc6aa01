/**
 * Replaces characters that PostgreSQL's jsonb refuses. A model or an app's log may contain NUL or half a surrogate
 * pair, and a run that could not be stored would never end.
 */
export function sanitizeJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "\ufffd") : part,
  );
}
