import { Buffer } from "node:buffer";
import type { ParsedTarEntry } from "modern-tar";
import { AppError, messageOf } from "../../errors.ts";
import { gunzip } from "../../gunzip.ts";
import { type ArchiveEntry, type ArchiveSource, type EntryKind, refuseBomb, refused } from "./archive-source.ts";

/** Above the size of any archive that can be imported; gunzip takes seconds of CPU time for it. */
const maxUnpackedBytes = 1024 * 1024 * 1024;

export type TarSourceEntry = ArchiveEntry & { index: number };

const kinds: Partial<Record<string, EntryKind>> = { file: "file", directory: "folder", symlink: "link", link: "link" };

/**
 * Reads a gzipped tar: ustar, with pax headers or GNU's long names. A tar has no index, so each pass unpacks it from
 * the beginning, with at most one file in memory.
 */
export function tarSource(bytes: Uint8Array): ArchiveSource<TarSourceEntry> {
  return {
    async *list() {
      for await (const { entry, body } of entriesOf(bytes)) {
        await orBroken(drain(body));
        yield entry;
      }
    },
    async *read(wanted) {
      const left = new Map([...wanted].map((listed) => [listed.index, listed]));
      if (left.size === 0) return;
      for await (const { entry, body } of entriesOf(bytes)) {
        const listed = left.get(entry.index);
        if (listed === undefined) {
          await orBroken(drain(body));
          continue;
        }
        const content = Buffer.from(await orBroken(new Response(body).arrayBuffer()));
        if (content.length !== listed.bytes) throw refused(listed.name, "it is damaged (its content is cut off)");
        left.delete(entry.index);
        yield { entry: listed, content };
        if (left.size === 0) return;
      }
    },
    isOwn: () => false,
  };
}

/**
 * Reads a content to its end. Cancelling it would drop the content of a later entry, which then never ends: the decoder
 * (modern-tar 0.8.6) tracks one content at a time and reads ahead. findings/modern-tar-cancel.sh
 * reproduces it.
 */
async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  for (;;) if ((await reader.read()).done) return;
}

/** Yields every entry with its content, which must be read to its end before the next entry. */
async function* entriesOf(
  bytes: Uint8Array,
): AsyncGenerator<{ entry: TarSourceEntry; body: ReadableStream<Uint8Array> }> {
  const { createTarDecoder } = await import("modern-tar");
  const reader = unzipped(bytes)
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader();
  try {
    for (let index = 0; ; index += 1) {
      const { done, value } = await orBroken(reader.read());
      if (done) return;
      yield { entry: entryOf(value, index), body: value.body };
    }
  } finally {
    await reader.cancel().catch(() => {
      // The reader has already failed and throws its error.
    });
  }
}

/**
 * Maps errors of the decoder and of gunzip.
 * @throws AppError `invalid_archive`
 */
const orBroken = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof AppError ? error : refused("", `it is damaged (${messageOf(error)})`, error);
  });

function entryOf({ header }: ParsedTarEntry, index: number): TarSourceEntry {
  const isSparse = Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
  return {
    // `tar -C app .` prefixes every name with ./.
    name: header.name
      .replace(/^(\.\/+)+/, "")
      .replace(/^\.$/, "")
      .normalize("NFC"),
    kind: isSparse ? "special" : (kinds[header.type ?? "file"] ?? "special"),
    bytes: header.size,
    index,
  };
}

function unzipped(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let unpacked = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      unpacked += chunk.length;
      refuseBomb(unpacked, bytes.length);
      if (unpacked > maxUnpackedBytes) throw refused("", `it unpacks to more than ${maxUnpackedBytes} bytes`);
      controller.enqueue(chunk);
    },
  });
  return new Response(bytes.slice()).body?.pipeThrough(gunzip()).pipeThrough(bounded) ?? new ReadableStream();
}
