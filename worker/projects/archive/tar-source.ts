import { Buffer } from "node:buffer";
import type { ParsedTarEntry } from "modern-tar";
import { AppError, messageOf } from "../../errors.ts";
import { type ArchiveEntry, type ArchiveSource, type EntryKind, refuseBomb, refused } from "./archive-source.ts";

/** No archive that can be imported unpacks to more, and gunzip takes seconds of processor time for it. */
const maxUnpackedBytes = 1024 * 1024 * 1024;

export type TarSourceEntry = ArchiveEntry & { index: number };

const kinds: Partial<Record<string, EntryKind>> = { file: "file", directory: "folder", symlink: "link", link: "link" };

/**
 * A gzipped tar: ustar, with pax headers or the long names of GNU. It has no index, so that each reading unpacks it again
 * from the beginning, and none holds more of it than one file.
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
      const left = new Map([...wanted].map((one) => [one.index, one]));
      if (left.size === 0) return;
      for await (const { entry, body } of entriesOf(bytes)) {
        const asked = left.get(entry.index);
        if (asked === undefined) {
          await orBroken(drain(body));
          continue;
        }
        const content = Buffer.from(await orBroken(new Response(body).arrayBuffer()));
        if (content.length !== asked.bytes) throw refused(asked.name, "it is damaged (its content is cut off)");
        left.delete(entry.index);
        yield { entry: asked, content };
        if (left.size === 0) return;
      }
    },
    isOwn: () => false,
  };
}

/**
 * Reads a content to its end. Cancelled, it would take the content of a later entry with it, which then never ends: the
 * decoder (modern-tar 0.8.6) knows one content at a time and reads ahead. findings/modern-tar-cancel.sh shows it.
 */
async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  for (;;) if ((await reader.read()).done) return;
}

/** Every entry with its content, which has to be read to its end before the next one comes. */
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
      // It has failed already, with the error that is on its way.
    });
  }
}

/** @throws AppError `invalid_archive` in the place of what the decoder or gunzip say of a broken archive */
const orBroken = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof AppError ? error : refused("", `it is damaged (${messageOf(error)})`, error);
  });

function entryOf({ header }: ParsedTarEntry, index: number): TarSourceEntry {
  const isSparse = Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
  return {
    // `tar -C app .` puts ./ before every name.
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
  // The runtime's types want a stream of any BufferSource on that side.
  const gunzip: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("gzip");
  return new Response(bytes.slice()).body?.pipeThrough(gunzip).pipeThrough(bounded) ?? new ReadableStream();
}
