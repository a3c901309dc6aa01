import { Buffer } from "node:buffer";
import type { Entry, FileEntry, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { Plan } from "../config/index.ts";
import type { Encoding, SkippedFile } from "../contract/index.ts";
import { AppError, messageOf } from "../errors.ts";
import { isOwnExport, nameOf, wrappingFolder } from "./archive-names.ts";
import { fileLimit } from "./file-limit.ts";
import { checkedPath } from "./path.ts";

/** An archive that unfolds to more than this many times its size is a bomb, once it is larger than `bombBytes`. */
const mostRatio = 100;
const bombBytes = 10 * 1024 * 1024;
/** What macOS adds to an archive for itself, by its name and its first bytes: a file that only bears the name is kept. */
const noiseName = /^__MACOSX\/(.*\/)?\._[^/]*$|(^|\/)\.DS_Store$/;
const noiseStarts = [Buffer.from("00051607", "hex"), Buffer.from("0000000142756431", "hex")];

/** Whatever another program could read as another file is refused: a second name, shared bytes, a wrong checksum. */
const unpacking = { useWebWorkers: false, checkCrc32: true, checkLocalFilename: true, checkOverlappingEntry: true };

export type ArchivedFile = { path: string; content: string; encoding: Encoding };

const refused = (entry: string, fault: string, cause?: unknown): AppError =>
  new AppError("invalid_archive", `The archive cannot be imported: ${entry === "" ? "" : `${entry}: `}${fault}.`, {
    ...(entry !== "" && { members: { entry } }),
    ...(cause !== undefined && { cause }),
  });

/** A file of an archive, by the path it will have. */
type Located = { path: string; entry: FileEntry };

export type OpenArchive = {
  /** What is left out since it is too large for the plan. */
  skipped: SkippedFile[];
  /** The other files, one after the other, each unpacked when it is asked for. */
  files(): AsyncGenerator<ArchivedFile>;
};

/**
 * Opens a zip. Everything that the archive's index tells is checked before the first byte is unpacked.
 * @throws AppError `invalid_archive` or `invalid_path` with the entry's name, `project_too_large`; `files` too, where an
 *   entry is not what the index tells
 */
export async function openArchive(bytes: Uint8Array, plan: Plan): Promise<OpenArchive> {
  // Loaded when an archive is read: it builds its tables then, which took a tenth of every isolate's start-up.
  const { configure, Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js/lib/zip-core-native.js");
  configure({ useWebWorkers: false });
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
  const all = unwrapped(await indexOf(zip, plan));
  const isLarge = ({ path, entry }: Located) => entry.uncompressedSize > fileLimit(path, plan);
  const entries = all.filter((one) => !isLarge(one));
  checkTotals(entries, plan);
  refuseBomb(all, bytes.length);
  return {
    skipped: all
      .filter(isLarge)
      .map(({ path, entry }) => ({ path, bytes: entry.uncompressedSize, reason: "file_too_large" })),
    async *files() {
      for (const { path, entry } of entries) {
        const content = await unpack(entry);
        if (!isNoise(path, content)) yield { path, ...textOrBytes(content) };
      }
      await zip.close();
    },
  };
}

/** The files without the one folder that they were wrapped in, where there is one. */
function unwrapped(files: Located[]): Located[] {
  const own = files.filter(({ path }) => !noiseName.test(path));
  if (isOwnExport(files.map(({ entry }) => entry))) return files;
  const folder = wrappingFolder(own.map(({ path }) => path));
  return files.map(({ path, entry }) => ({ entry, path: path.startsWith(folder) ? path.slice(folder.length) : path }));
}

async function indexOf(zip: ZipReader<Uint8Array>, plan: Plan): Promise<Located[]> {
  const files: Located[] = [];
  const names = new Set<string>();
  try {
    // Names are judged by our own path function, the same as on every other way in.
    for await (const entry of zip.getEntriesGenerator({ filenameValidation: "tolerant" })) {
      if (names.size === plan.filesPerProject * 2) throw tooMany(plan);
      const name = nameOf(entry);
      if (names.has(name)) throw refused(name, "it is there twice");
      names.add(name);
      const file = checkedEntry(entry, name);
      if (file) files.push({ path: name, entry: file });
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused("", `it is broken (${messageOf(error)})`, error);
  }
  return files;
}

const tooMany = (plan: Plan) =>
  new AppError("project_too_large", `The archive has more than the ${plan.filesPerProject} files this plan allows.`, {
    members: { maxFiles: plan.filesPerProject },
  });

/** The entry where it is a file to import, null for a folder. */
function checkedEntry(entry: Entry, name: string): FileEntry | null {
  if (entry.symlink) throw refused(name, "it is a symbolic link");
  // A folder that was written with a backslash is one to us alone.
  if (entry.directory || (name.endsWith("/") && entry.uncompressedSize === 0)) {
    checkedPath(entry.uncompressedSize > 0 ? name : name.replace(/\/$/, ""), "");
    return null;
  }
  checkedPath(name, "");
  if (entry.encrypted) throw refused(name, "it is encrypted");
  return entry;
}

const bytesOf = (files: Located[]): number => files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);

/** Of a bomb nothing is taken, be it that no more than one file of it is too large. */
function refuseBomb(files: Located[], packedBytes: number): void {
  const total = bytesOf(files);
  if (total > bombBytes && total > packedBytes * mostRatio) throw refused("", "it unfolds to too many times its size");
}

function checkTotals(files: Located[], plan: Plan): void {
  if (files.length > plan.filesPerProject) throw tooMany(plan);
  const total = bytesOf(files);
  if (total > plan.projectBytes) {
    throw new AppError(
      "project_too_large",
      `The archive unfolds to ${total} bytes; this plan allows ${plan.projectBytes}.`,
      {
        members: { bytes: total, maxBytes: plan.projectBytes },
      },
    );
  }
}

/** Unpacks one entry, and stops where it is larger than the index said, since that is what the limits were held to. */
async function unpack(entry: FileEntry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const lie = () =>
    refused(entry.filename, `it is broken (its size is not the ${entry.uncompressedSize} bytes it tells)`);
  const sink = new WritableStream<Uint8Array>({
    write(part) {
      bytes += part.length;
      if (bytes > entry.uncompressedSize) throw lie();
      parts.push(part);
    },
  });
  try {
    await entry.getData(sink, unpacking);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(entry.filename, `it is broken (${messageOf(error)})`, error);
  }
  if (bytes !== entry.uncompressedSize) throw lie();
  return Buffer.concat(parts);
}

const isNoise = (name: string, content: Buffer): boolean =>
  noiseName.test(name) && noiseStarts.some((start) => content.subarray(0, start.length).equals(start));

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Clean UTF-8 is text; anything else, NUL included, is kept as base64. */
function textOrBytes(bytes: Buffer): { content: string; encoding: Encoding } {
  if (!bytes.includes(0)) {
    try {
      return { content: utf8.decode(bytes), encoding: "utf-8" };
    } catch {
      // Not UTF-8: kept as the bytes it is, below.
    }
  }
  return { content: bytes.toString("base64"), encoding: "base64" };
}
