import type { Context } from "../../accounts/index.ts";
import type { FileEntry } from "../../contract/index.ts";
import {
  type Database,
  envelopeBytes,
  executeIdempotent,
  ReusableBuffer,
  readIntoBuffer,
} from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { selectBytes } from "../contents-store.ts";
import { getProject } from "../get-project.ts";
import { parseRevision } from "../parse-revision.ts";
import { selectTreeAt } from "../store.ts";
import { ZipWriter } from "./zip-writer.ts";

/** How many bytes of contents are fetched, and held, at a time. */
const chunkBytes = 1_000_000;
/** A path's at most: 255 UTF-16 units, three bytes of UTF-8 each. */
const pathBytes = 255 * 3;

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
  const number = parseRevision(revision, project.head);
  return {
    name: project.name,
    revision: number,
    async open() {
      const tree = await executeIdempotent(selectTreeAt(database, projectId, number));
      // Its writes end when the bytes have been taken, which a TransformStream's do not: the zip's memory is used again.
      const { readable, writable } = new IdentityTransformStream();
      return { stream: readable, written: write(database, projectId, tree, writable) };
    },
  };
}

async function write(database: Database, projectId: string, tree: FileEntry[], writable: WritableStream<Uint8Array>) {
  const chunks = chunksOf(tree);
  const memory = new ReusableBuffer(base64Length(most(chunks.map(bytesOf))) + envelopeBytes);
  const zip = new ZipWriter(writable, most(tree.map(({ bytes }) => bytes)), pathBytes);
  try {
    for (const chunk of chunks) {
      const hashes = chunk.map(({ sha256 }) => sha256);
      const contents = await readIntoBuffer(database, selectBytes(database, projectId, hashes), memory);
      if (contents?.length !== bytesOf(chunk)) throw new AppError("internal", "Some file contents are missing.");
      let from = 0;
      for (const { path, bytes } of chunk) {
        await zip.add(path, contents.subarray(from, from + bytes));
        from += bytes;
      }
    }
    await zip.close();
  } catch (error) {
    // The reader's going away has closed it already.
    await zip.abort(error).catch(() => undefined);
    throw error;
  }
}

const most = (numbers: number[]): number => numbers.reduce((one, other) => Math.max(one, other), 0);
const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;
const bytesOf = (chunk: FileEntry[]): number => chunk.reduce((sum, { bytes }) => sum + bytes, 0);

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
