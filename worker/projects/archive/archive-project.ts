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

/** The size of the contents that are fetched and kept in memory at a time, in bytes. */
const chunkBytes = 1_000_000;
/** The maximum bytes of a path: 255 UTF-16 units of up to three bytes of UTF-8. */
const pathBytes = 255 * 3;

/** An export that has not started yet. */
export type Archive = {
  name: string;
  revision: number;
  /** Starts the export; no file is read before. */
  open(): Promise<{
    stream: ReadableStream<Uint8Array>;
    /** Resolves when the last byte is written; rejects when the reader has disconnected before. */
    written: Promise<void>;
  }>;
};

/**
 * Exports a project's tree at a revision as a zip, streamed, with at most a few megabytes in memory. Deterministic: the
 * same revision yields the same bytes.
 * @param revision a number, `head` or undefined for the head
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
      // Its writes resolve when the reader has taken the bytes, unlike a TransformStream's, so that the zip's memory
      // can be reused.
      const { readable, writable } = new IdentityTransformStream();
      return { stream: readable, written: write(database, projectId, tree, writable) };
    },
  };
}

async function write(database: Database, projectId: string, tree: FileEntry[], writable: WritableStream<Uint8Array>) {
  const chunks = chunksOf(tree);
  const memory = new ReusableBuffer(base64Length(maxOf(chunks.map(bytesOf))) + envelopeBytes);
  const zip = new ZipWriter(writable, maxOf(tree.map(({ bytes }) => bytes)), pathBytes);
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
    // Aborting fails when the reader has disconnected, which closes the stream.
    await zip.abort(error).catch(() => undefined);
    throw error;
  }
}

const maxOf = (numbers: number[]): number => numbers.reduce((one, other) => Math.max(one, other), 0);
const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;
const bytesOf = (chunk: FileEntry[]): number => chunk.reduce((sum, { bytes }) => sum + bytes, 0);

/** Groups consecutive files whose contents fit a chunk together; a larger file is a chunk of its own. */
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
