import { Buffer } from "node:buffer";
import { configure, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { Context } from "../accounts/index.ts";
import type { FileEntry } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "./get-project.ts";
import { revisionAt } from "./revision-number.ts";
import { selectBlobs, selectTreeAt } from "./store.ts";

configure({ useWebWorkers: false });

/** How many bytes of contents are fetched, and held, at a time. */
const chunkBytes = 1_000_000;
/** The same for every archive, so that one revision is always the same bytes: DOS time begins here. */
const noTime = new Date("1980-01-01T00:00:00Z");

export type Archive = {
  name: string;
  revision: number;
  /** Begins to write: until then no file has been read. */
  open(): Promise<{
    stream: ReadableStream<Uint8Array>;
    /** Settles when the last byte has been written; rejects when the reader has gone before. */
    written: Promise<void>;
  }>;
};

/**
 * A project's tree at a revision as a zip, streamed: at no time more than a few megabytes of it are held. The same
 * revision gives the same bytes.
 * @throws AppError `not_found`
 */
export async function archiveProject(
  context: Context,
  { projectId, revision }: { projectId: string; revision?: string | undefined },
): Promise<Archive> {
  const { database } = context;
  const project = await getProject(context, projectId);
  const number = revisionAt(revision, project.head);
  return {
    name: project.name,
    revision: number,
    async open() {
      const tree = await read(selectTreeAt(database, projectId, number));
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      return { stream: readable, written: write(database, projectId, tree, writable) };
    },
  };
}

async function write(database: Database, projectId: string, tree: FileEntry[], writable: WritableStream<Uint8Array>) {
  const zip = new ZipWriter(writable, {
    useWebWorkers: false,
    keepOrder: true,
    level: 6,
    lastModDate: noTime,
    extendedTimestamp: false,
    externalFileAttributes: (0o100644 << 16) >>> 0,
    versionMadeBy: 0x0314,
  });
  try {
    for (const chunk of chunksOf(tree)) {
      const hashes = [...new Set(chunk.map(({ sha256 }) => sha256))];
      const blobs = new Map((await read(selectBlobs(database, projectId, hashes))).map((blob) => [blob.sha256, blob]));
      for (const { path, sha256 } of chunk) {
        const blob = blobs.get(sha256);
        if (!blob) throw new AppError("internal", `The content of ${path} is not there.`);
        const bytes = Buffer.from(blob.content, blob.encoding === "base64" ? "base64" : "utf8");
        await zip.add(path, new Uint8ArrayReader(new Uint8Array(bytes)));
      }
    }
    await zip.close();
  } catch (error) {
    await writable.abort(error).catch(() => undefined);
    throw error;
  }
}

/** Consecutive files whose contents are at most a chunk together; a larger file is one alone. */
function chunksOf(tree: FileEntry[]): FileEntry[][] {
  const chunks: FileEntry[][] = [];
  let room = 0;
  for (const entry of tree) {
    const last = chunks.at(-1);
    if (last && entry.bytes <= room && last.length < 500) {
      last.push(entry);
      room -= entry.bytes;
    } else {
      chunks.push([entry]);
      room = chunkBytes - entry.bytes;
    }
  }
  return chunks;
}
