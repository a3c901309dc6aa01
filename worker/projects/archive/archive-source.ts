import type { Buffer } from "node:buffer";
import { AppError } from "../../errors.ts";

export type EntryKind = "file" | "folder" | "link" | "special";

/** One entry of an archive, as the archive describes it: nothing of it has been unpacked. */
export type ArchiveEntry = {
  /** Its name with slashes and in normal form C, otherwise as it stands in the archive. */
  name: string;
  kind: EntryKind;
  /** The unpacked size that the archive gives. */
  bytes: number;
};

/** An archive of some format. What it gives is not to be trusted: names are checked by whoever takes them. */
export type ArchiveSource<Entry extends ArchiveEntry = ArchiveEntry> = {
  /** Every entry, in the archive's order. @throws AppError `invalid_archive` */
  list(): AsyncIterable<Entry>;
  /**
   * The contents of some of the listed files, in the archive's order, one at a time.
   * @throws AppError `invalid_archive` where an entry is not what the archive says
   */
  read(wanted: ReadonlySet<Entry>): AsyncIterable<{ entry: Entry; content: Buffer }>;
  /** Whether an entry may be one of an export of ours; of such an export every entry is. */
  isOwn(entry: Entry): boolean;
};

/** Unpacks to more than this many times its size: a bomb, once it is larger than `minBombBytes`. */
const maxRatio = 100;
const minBombBytes = 10 * 1024 * 1024;

/** @throws AppError `invalid_archive` where so many bytes of an archive of this size can only be a bomb */
export function refuseBomb(unpackedBytes: number, packedBytes: number): void {
  if (unpackedBytes > minBombBytes && unpackedBytes > packedBytes * maxRatio) {
    throw refused("", "it unpacks to far more than its size");
  }
}

/** The error for a file that is neither a zip nor a gzipped tar. */
export const notAnArchive = (cause: unknown): AppError =>
  new AppError("invalid_archive", "This isn't a .zip or .tar.gz file.", { cause });

/** The error for an archive that is refused whole. `entry` is the name of the entry at fault, empty for the archive itself. */
export const refused = (entry: string, fault: string, cause?: unknown): AppError =>
  new AppError("invalid_archive", `Can't import the archive: ${entry === "" ? "" : `${entry}: `}${fault}.`, {
    ...(entry !== "" && { members: { entry } }),
    ...(cause !== undefined && { cause }),
  });
