// One byte range of a static file (RFC 9110, section 14), which is what media players ask for. Safari plays nothing without it.

/** Bytes from `first` to `last`, both included. */
export type ByteRange = { first: number; last: number };

/**
 * Reads which part of a file of `size` bytes a request asks for. It ignores several ranges at once, units other than bytes and
 * malformed headers, as the standard allows: the whole file answers them.
 * @param etag the file's, in quotes. `If-Range` with any other, or with a date, asks for the whole file.
 * @returns null for the whole file; "unsatisfiable" where the range begins behind the file's end
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
