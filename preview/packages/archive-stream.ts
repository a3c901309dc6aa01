import { ArchiveTooLarge, TarParser, type TarVisitor } from "./tar-parser.ts";

const { DigestStream } = crypto;
type DigestStream = InstanceType<typeof DigestStream>;

/** What an archive may unpack to; monaco-editor has 100 MB, @mui/icons-material 30,000 files. */
const UNPACKED_LIMITS = { bytes: 400 * 2 ** 20, files: 100_000 };
/** What an archive may have as it comes. */
export const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;

const MIN_CHUNK_BYTES = 64 * 1024;
const MAX_CHUNK_BYTES = 128 * 1024;

/** Thrown where an archive is not the one that its integrity names. */
export class IntegrityMismatch extends Error {}

export type Hash = { algorithm: "SHA-512" | "SHA-384" | "SHA-256" | "SHA-1"; digests: string[] };

/** The strongest hash of a Subresource Integrity text, or null where it has none that can be computed. */
export function strongestHash(integrity: string): Hash | null {
  const hashes = integrity.split(/\s+/).map((hash) => hash.replace(/\?.*$/, ""));
  for (const algorithm of ["SHA-512", "SHA-384", "SHA-256", "SHA-1"] as const) {
    const prefix = `${algorithm.replace("-", "").toLowerCase()}-`;
    const digests = hashes.filter((hash) => hash.startsWith(prefix)).map((hash) => hash.slice(prefix.length));
    if (digests.length > 0) return { algorithm, digests };
  }
  return null;
}

/** `hash`: what the archive is verified against, where it was not before; `isDone`: whether the rest is of no use. */
export type ReadOptions = { hash: Hash | null; isDone?: () => boolean };

/**
 * Reads a gzipped tar once, in pieces: verifies and unpacks it without holding it.
 * @throws {IntegrityMismatch} whatever else may be wrong with it @throws {ArchiveTooLarge} @throws {ArchiveCorrupt}
 */
export async function readArchive(
  body: ReadableStream<Uint8Array>,
  visitor: TarVisitor,
  { hash, isDone = () => false }: ReadOptions,
): Promise<void> {
  const unpacking = new Unpacking(visitor);
  const digest = hash === null ? null : new DigestStream(hash.algorithm);
  const digestWriter = digest?.getWriter();
  // Rejected where the archive is given up, which is told by the failure that is the reason.
  digest?.digest.catch(() => undefined);
  let length = 0;
  try {
    for await (const chunk of largeChunks(body)) {
      length += chunk.length;
      if (length > MAX_ARCHIVE_BYTES || unpacking.failure instanceof ArchiveTooLarge) throw new ArchiveTooLarge();
      await Promise.all([digestWriter?.write(chunk), unpacking.write(chunk)]);
      if (isDone()) return;
    }
    await Promise.all([digestWriter?.close(), unpacking.end()]);
    if (hash !== null && digest !== null) await assertDigest(hash, digest);
    if (unpacking.failure !== null) throw unpacking.failure;
  } catch (failure) {
    await digestWriter?.abort(failure).catch(() => undefined);
    throw failure;
  } finally {
    await unpacking.cancel();
  }
}

async function assertDigest({ digests }: Hash, stream: DigestStream): Promise<void> {
  const digest = btoa(String.fromCharCode(...new Uint8Array(await stream.digest)));
  if (!digests.includes(digest)) throw new IntegrityMismatch();
}

/** Unpacks what is written to it. A failure is kept, so that the archive's hash can be computed to its end. */
class Unpacking {
  failure: Error | null = null;
  readonly #writer: WritableStreamDefaultWriter;
  readonly #reading: Promise<void>;

  constructor(visitor: TarVisitor) {
    const { readable, writable } = new DecompressionStream("gzip");
    this.#writer = writable.getWriter();
    this.#reading = unpack(readable, new TarParser(visitor, UNPACKED_LIMITS)).catch((failure: unknown) => {
      this.failure = failure instanceof Error ? failure : new Error(String(failure));
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.failure !== null) return;
    // Who has failed reads no more, and would let a write wait without end.
    await Promise.race([this.#writer.write(chunk).catch(() => this.#reading), this.#reading]);
  }

  async end(): Promise<void> {
    if (this.failure === null) await Promise.race([this.#writer.close().catch(() => this.#reading), this.#reading]);
    await this.#reading;
  }

  async cancel(): Promise<void> {
    // Fails where the archive is complete, which is no matter.
    await Promise.allSettled([this.#writer.abort(), this.#reading]);
  }
}

async function unpack(tar: ReadableStream<Uint8Array>, parser: TarParser): Promise<void> {
  for await (const chunk of largeChunks(tar)) parser.push(chunk);
  parser.end();
}

/** The platform's streams come in pieces of 4 KB, and a turn of the event loop for each costs more than all of the work. */
async function* largeChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader({ mode: "byob" });
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(MIN_CHUNK_BYTES, new Uint8Array(MAX_CHUNK_BYTES));
      if (value !== undefined && value.length > 0) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}
