import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

/** Part of a backup: the objects of one bucket. */
export const OBJECTS = "objects";
const MANIFEST = "manifest.json";
const INDEX = "index.jsonl";

/** More than a line can have: a key has at most 1,024 bytes, metadata 8,192. */
const MAX_LINE_BYTES = 65_536;

const copiedSchema = z.object({
  key: z.string(),
  bytes: z.int(),
  /** Hexadecimal SHA-256 of the bytes, which is also the name of their file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  etag: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** The number of metadata entries that the S3 API hides, since their names are not ASCII. */
  hiddenMetadata: z.int(),
});

/** One object of the bucket: copied, or skipped for a reason. */
const lineSchema = z.union([copiedSchema, z.object({ key: z.string(), skipped: z.string() })]);

export type CopiedObject = z.infer<typeof copiedSchema>;
export type IndexLine = z.infer<typeof lineSchema>;

const manifestSchema = z.object({
  format: z.literal(1),
  bucket: z.string(),
  /** RFC 3339 timestamps. A bucket has no snapshot: each object is as it was at a moment between them. */
  startedAt: z.string(),
  endedAt: z.string(),
  objects: z.int(),
  bytes: z.int(),
  /** Hexadecimal SHA-256 of the index. */
  sha256: z.string(),
  /** Objects that could not be copied; the index names them. */
  skipped: z.int(),
  /** Objects of which the S3 API hides metadata. */
  incompleteMetadata: z.int(),
});

/** The end of a backup of objects. */
export type ObjectsManifest = z.infer<typeof manifestSchema>;

/** Returns the path of a backup's list of totals, which is written last. */
export const manifestPath = (folder: string): string => join(folder, OBJECTS, MANIFEST);
/** Returns the path of a backup's list of objects, one a line. */
export const indexPath = (folder: string): string => join(folder, OBJECTS, INDEX);

/** Creates the folder for an object's bytes and returns their path, which objects with the same bytes share. */
export function contentPath(folder: string, sha256: string): string {
  const path = join(folder, OBJECTS, sha256.slice(0, 2), sha256);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return path;
}

/**
 * Reads the manifest of a backup's objects.
 * @returns null when the backup has none
 * @throws Error when they were not all copied
 */
export function readObjectsManifest(folder: string): ObjectsManifest | null {
  if (!existsSync(join(folder, OBJECTS))) return null;
  if (!existsSync(manifestPath(folder))) {
    throw new Error(`The objects of ${folder} are not complete. Run npm run backup -- ${folder} again: it continues.`);
  }
  return manifestSchema.parse(JSON.parse(readFileSync(manifestPath(folder), "utf8")));
}

/** Reads the index, one object after another, in the order of the bucket. */
export async function* readIndex(folder: string): AsyncGenerator<IndexLine> {
  const lines = createInterface({ input: createReadStream(indexPath(folder)), crlfDelay: Infinity });
  for await (const line of lines) yield lineSchema.parse(JSON.parse(line));
}

/** Reads those objects of the index that were copied. */
export async function* readCopied(folder: string): AsyncGenerator<CopiedObject> {
  for await (const line of readIndex(folder)) if ("sha256" in line) yield line;
}

/** Removes an incomplete line that a killed process has left at the end of the index. */
export function dropUnfinishedLine(folder: string): void {
  const file = openSync(indexPath(folder), "r+");
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - MAX_LINE_BYTES);
    const end = Buffer.alloc(size - from);
    readSync(file, end, 0, end.length, from);
    ftruncateSync(file, from + end.lastIndexOf("\n") + 1);
  } finally {
    closeSync(file);
  }
}
