import { isStorable } from "./text.ts";

/**
 * Replaces characters that PostgreSQL refuses, in texts and in the names of members: NUL and lone surrogates. Data from a
 * model, an archive or another system may contain them, and a value that cannot be stored would be retried forever.
 * @returns a copy, each such character replaced by U+FFFD
 */
export const sanitizeJson = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) => {
    if (typeof part === "string") return sanitized(part);
    const isRecord = typeof part === "object" && part !== null && !Array.isArray(part);
    if (!isRecord || Object.keys(part).every(isStorable)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [sanitized(name), member]));
  });

const sanitized = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd");
