import { Buffer } from "node:buffer";
import type { Entry, FileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";
import { AppError, messageOf } from "../../errors.ts";
import { nameOf } from "./archive-names.ts";
import { type ArchiveEntry, type ArchiveSource, type EntryKind, notAnArchive, refused } from "./archive-source.ts";
import { exportMoment } from "./zip-writer.ts";

/**
 * Refuses entries that another program could read as another file: a second name, overlapping bytes, a wrong checksum.
 */
const unpacking = { useWebWorkers: false, checkCrc32: true, checkLocalFilename: true, checkOverlappingEntry: true };

export type ZipSourceEntry = ArchiveEntry & { entry: Entry };

/** Reads a zip. Its index is at its end, so that listing unpacks nothing and each entry is read separately. */
export function zipSource(bytes: Uint8Array): ArchiveSource<ZipSourceEntry> {
  return {
    async *list() {
      // Imported dynamically: the library builds tables at import, which took a tenth of every isolate's start-up time.
      const { configure, Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js/lib/zip-core-native.js");
      configure({ useWebWorkers: false });
      const zip = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
      try {
        // Our own path function validates the names, as for every other input.
        for await (const entry of zip.getEntriesGenerator({ filenameValidation: "tolerant" })) {
          const name = nameOf(entry);
          yield { name, kind: kindOf(entry, name), bytes: entry.uncompressedSize, entry };
        }
      } catch (error) {
        if (error instanceof AppError) throw error;
        const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
        throw isZip ? refused("", `it is damaged (${messageOf(error)})`, error) : notAnArchive(error);
      } finally {
        await zip.close();
      }
    },
    async *read(wanted) {
      for (const listed of wanted) {
        if (listed.entry.encrypted) throw refused(listed.name, "it is encrypted");
        if (!listed.entry.directory) yield { entry: listed, content: await unpack(listed.entry) };
      }
    },
    isOwn: ({ entry }) => Number(entry.rawLastModDate) === exportMoment,
  };
}

function kindOf(entry: Entry, name: string): EntryKind {
  if (entry.symlink) return "link";
  // The library does not recognize a folder that was written with a backslash.
  if (entry.directory || (name.endsWith("/") && entry.uncompressedSize === 0)) return "folder";
  return "file";
}

/**
 * Unpacks one entry, and stops when it exceeds the size in the index, which the limits were checked against.
 * @throws AppError `invalid_archive`
 */
async function unpack(entry: FileEntry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const wrongSize = () =>
    refused(entry.filename, `it is damaged (its size is not the ${entry.uncompressedSize} bytes it declares)`);
  const sink = new WritableStream<Uint8Array>({
    write(part) {
      bytes += part.length;
      if (bytes > entry.uncompressedSize) throw wrongSize();
      parts.push(part);
    },
  });
  try {
    await entry.getData(sink, unpacking);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(entry.filename, `it is damaged (${messageOf(error)})`, error);
  }
  if (bytes !== entry.uncompressedSize) throw wrongSize();
  return Buffer.concat(parts);
}
