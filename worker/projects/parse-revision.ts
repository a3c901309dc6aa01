import { AppError } from "../errors.ts";

/**
 * Parses a revision in a request: a number up to the head.
 * @param absent the default when the request names none
 * @throws AppError `not_found` for anything that is not a revision of the project
 */
export function parseRevision(text: string | undefined, head: number, absent = head): number {
  if (text === undefined) return absent;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= head)) throw new AppError("not_found", "Revision not found.");
  return number;
}
