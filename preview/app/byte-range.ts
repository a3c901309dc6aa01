// Single byte ranges of static files (RFC 9110, section 14). Media players request them, and Safari plays no media
// without them.

/** The bytes from `first` to `last`, both inclusive. */
export type ByteRange = { first: number; last: number };

/**
 * Parses the byte range that a request asks for in a file of `size` bytes. Multiple ranges, other units and malformed
 * headers return the whole file, as the standard allows.
 * @param etag the file's entity tag, in quotes; an `If-Range` with another value, or with a date, asks for the whole
 *   file
 * @returns null for the whole file; "unsatisfiable" when the range begins after the end of the file
 */
export function rangeOf(headers: Headers, size: number, etag: string): ByteRange | "unsatisfiable" | null {
  const condition = headers.get("If-Range");
  if (condition !== null && condition.trim() !== etag) return null;
  const [, from, to] = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(headers.get("Range") ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return null;
  if (from === "") {
    const suffix = Number(to);
    return suffix === 0 || size === 0 ? "unsatisfiable" : { first: Math.max(0, size - suffix), last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return null;
  if (first >= size) return "unsatisfiable";
  return { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}
