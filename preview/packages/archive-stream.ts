import type { Gunzip } from "node:zlib";
import { ArchiveTooLarge, TarParser, type TarVisitor } from "./tar-parser.ts";

const { DigestStream } = crypto;
type DigestStream = InstanceType<typeof DigestStream>;

/** Maximum unpacked size and files; monaco-editor has 100 MB, @mui/icons-material 30,000 files. */
const UNPACKED_LIMITS = { bytes: 400 * 2 ** 20, files: 100_000 };
/** Maximum compressed size. */
export const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;

const MIN_CHUNK_BYTES = 64 * 1024;
const MAX_CHUNK_BYTES = 128 * 1024;

/** Thrown when an archive does not match its integrity. */
export class IntegrityMismatch extends Error {}

export type Hash = { algorithm: "SHA-512" | "SHA-384" | "SHA-256" | "SHA-1"; digests: string[] };

/** Returns the strongest hash of a Subresource Integrity string; null when it has no supported algorithm. */
export function strongestHash(integrity: string): Hash | null {
  const hashes = integrity.split(/\s+/).map((hash) => hash.replace(/\?.*$/, ""));
  for (const algorithm of ["SHA-512", "SHA-384", "SHA-256", "SHA-1"] as const) {
    const prefix = `${algorithm.replace("-", "").toLowerCase()}-`;
    const digests = hashes.filter((hash) => hash.startsWith(prefix)).map((hash) => hash.slice(prefix.length));
    if (digests.length > 0) return { algorithm, digests };
  }
  return null;
}

/** `hash`: the expected hash of an archive that is not yet verified; `isDone`: whether the rest can be skipped. */
export type ReadOptions = { hash: Hash | null; isDone?: () => boolean };

/**
 * Reads a gzipped tar once as a stream: verifies and unpacks it without buffering.
 * @throws {IntegrityMismatch} before any other error
 * @throws {ArchiveTooLarge}
 * @throws {ArchiveCorrupt}
 */
export async function readArchive(
  body: ReadableStream<Uint8Array>,
  visitor: TarVisitor,
  { hash, isDone = () => false }: ReadOptions,
): Promise<void> {
  const unpacking = new Unpacking(visitor);
  const digest = hash === null ? null : new DigestStream(hash.algorithm);
  const digestWriter = digest?.getWriter();
  // Rejects with the failure that cancels the read.
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
    unpacking.cancel();
  }
}

async function assertDigest({ digests }: Hash, stream: DigestStream): Promise<void> {
  const digest = btoa(String.fromCharCode(...new Uint8Array(await stream.digest)));
  if (!digests.includes(digest)) throw new IntegrityMismatch();
}

/**
 * Creates a writer that unpacks. It stores a failure, so that the hash covers the whole archive. `DecompressionStream` would fail after the
 * first of several gzip members, which gunzip reads (findings/decompression-stream-members.sh).
 */
class Unpacking {
  failure: Error | null = null;
  readonly #gunzip: Gunzip;
  readonly #parser: TarParser;
  readonly #ended = Promise.withResolvers<void>();

  constructor(visitor: TarVisitor) {
    this.#parser = new TarParser(visitor, UNPACKED_LIMITS);
    // Not imported: `node:zlib` took 2 of the 100 ms that an isolate has to start.
    const gunzip = process.getBuiltinModule("node:zlib").createGunzip({ chunkSize: MAX_CHUNK_BYTES });
    this.#gunzip = gunzip;
    gunzip.on("end", () => this.#ended.resolve());
    gunzip.on("error", (failure: unknown) => this.#fail(failure));
    gunzip.on("data", (chunk: Uint8Array) => this.#try(() => this.#parser.push(chunk)));
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.failure !== null) return;
    const written = new Promise<void>((resolve) => this.#gunzip.write(chunk, () => resolve()));
    // A failed stream stops reading, so its callback would never be called.
    await Promise.race([written, this.#ended.promise]);
  }

  async end(): Promise<void> {
    if (this.failure !== null) return;
    this.#gunzip.end();
    await this.#ended.promise;
    if (this.failure === null) this.#try(() => this.#parser.end());
  }

  cancel(): void {
    this.#gunzip.destroy();
  }

  #try(step: () => void): void {
    if (this.failure !== null) return;
    try {
      step();
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #fail(failure: unknown): void {
    this.failure ??= failure instanceof Error ? failure : new Error(String(failure));
    this.#gunzip.destroy();
    this.#ended.resolve();
  }
}

/** The platform's streams have chunks of 4 KB, and one event-loop turn per chunk costs more than the unpacking. */
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
