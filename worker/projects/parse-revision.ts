import { AppError } from "../errors.ts";

/**
 * The revision a request names; where it names none `absent`, which is the head unless told. What is no revision of the
 * project is absent.
 * @throws AppError `not_found`
 */
export function parseRevision(text: string | undefined, head: number, absent = head): number {
  if (text === undefined) return absent;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= head)) throw new AppError("not_found", "Revision not found.");
  return number;
}
