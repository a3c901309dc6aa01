import type { Buffer } from "node:buffer";
import { AppError } from "../../errors.ts";

export type EntryKind = "file" | "folder" | "link" | "special";

/** One entry of an archive, as the archive describes it; nothing is unpacked yet. */
export type ArchiveEntry = {
  /** The entry's name with slashes and in normal form C, otherwise as in the archive. */
  name: string;
  kind: EntryKind;
  /** The unpacked size according to the archive. */
  bytes: number;
};

/** An archive of any format. Its data is untrusted: the caller validates names. */
export type ArchiveSource<Entry extends ArchiveEntry = ArchiveEntry> = {
  /**
   * Lists every entry, in the archive's order.
   * @throws AppError `invalid_archive`
   */
  list(): AsyncIterable<Entry>;
  /**
   * Reads the contents of some of the listed files, in the archive's order, one at a time.
   * @throws AppError `invalid_archive` when an entry differs from the archive's description
   */
  read(wanted: ReadonlySet<Entry>): AsyncIterable<{ entry: Entry; content: Buffer }>;
  /** Whether an entry may belong to one of our exports; in an export this holds for every entry. */
  isOwn(entry: Entry): boolean;
};

/** An archive above `minBombBytes` that unpacks to more than this multiple of its size is a bomb. */
const maxRatio = 100;
const minBombBytes = 10 * 1024 * 1024;

/**
 * Refuses a decompression bomb.
 * @throws AppError `invalid_archive` when the unpacked size is implausible for the packed one
 */
export function refuseBomb(unpackedBytes: number, packedBytes: number): void {
  if (unpackedBytes > minBombBytes && unpackedBytes > packedBytes * maxRatio) {
    throw refused("", "it unpacks to far more than its size");
  }
}

/** Returns the error for a file that is neither a zip nor a gzipped tar. */
export const notAnArchive = (cause: unknown): AppError =>
  new AppError("invalid_archive", "This isn't a .zip or .tar.gz file.", { cause });

/**
 * Returns the error that refuses an archive.
 * @param entry the name of the invalid entry; empty for the archive itself
 */
export const refused = (entry: string, fault: string, cause?: unknown): AppError =>
  new AppError("invalid_archive", `Can't import the archive: ${entry === "" ? "" : `${entry}: `}${fault}.`, {
    ...(entry !== "" && { members: { entry } }),
    ...(cause !== undefined && { cause }),
  });
