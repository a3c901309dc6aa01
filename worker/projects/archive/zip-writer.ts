import { ReusableBuffer } from "../../database/index.ts";

// APPNOTE.TXT 6.3.10 (PKWARE), sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
const localHeaderBytes = 30;
const directoryHeaderBytes = 46;
const endBytes = 22;
/** Version 2.0: deflated. */
const versionNeeded = 20;
/** Made on Unix, so that attributes apply and `unzip` reads names as UTF-8. */
const versionMadeBy = (3 << 8) | versionNeeded;
const namesAreUtf8 = 1 << 11;
const deflated = 8;
/**
 * 1980-01-01 and two seconds, just after the DOS epoch: constant, so that a revision always yields the same bytes. An
 * import recognizes our exports by the two seconds.
 */
const date = 0x21;
const time = 1;
/** The DOS date and time of every entry of an export. */
export const exportMoment = (date << 16) | time;
const regularFile = 0o100644;

/** Loaded on first use: `node:zlib` took 2 of an isolate's 100 ms of start-up time. */
const crc32 = (bytes: Uint8Array): number => process.getBuiltinModule("node:zlib").crc32(bytes);

type Entry = { name: Uint8Array; crc: number; packed: number; bytes: number; offset: number };

/** Returns the maximum deflated size of so many bytes (zlib's `deflateBound`, for any setting). */
const deflateBound = (bytes: number): number => bytes + (bytes >> 3) + (bytes >> 6) + 64;

/**
 * Writes a zip, with one write per file. A library's writer left 100 MB of garbage for 50 MB of files, which V8 does not
 * collect in time; this writer keeps only two copies of the largest file in memory.
 */
export class ZipWriter {
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly memory: ReusableBuffer;
  private readonly entries: Entry[] = [];
  private offset = 0;

  /**
   * @param writable its writes must resolve only when the bytes have been taken, because their memory is reused then
   * @param maxBytes the size of the largest file in bytes
   * @param maxNameBytes the size of the longest name in bytes
   */
  constructor(writable: WritableStream<Uint8Array>, maxBytes: number, maxNameBytes: number) {
    this.writer = writable.getWriter();
    this.memory = new ReusableBuffer(localHeaderBytes + maxNameBytes + deflateBound(maxBytes));
  }

  /** Writes one file. */
  async add(path: string, content: Uint8Array): Promise<void> {
    const name = new TextEncoder().encode(path);
    const before = localHeaderBytes + name.length;
    const compression = new CompressionStream("deflate-raw");
    const [file] = await Promise.all([
      this.memory.fill(compression.readable, before),
      pour(content, compression.writable),
    ]);
    const packed = file.length - before;
    const entry = { name, crc: crc32(content), packed, bytes: content.length, offset: this.offset };
    const view = new DataView(file.buffer, file.byteOffset, before);
    view.setUint32(0, 0x04034b50, true);
    writeFacts(view, 4, entry);
    file.set(name, localHeaderBytes);
    this.entries.push(entry);
    await this.writer.write(file);
    this.offset += file.length;
  }

  /** Writes the central directory and closes the stream. */
  async close(): Promise<void> {
    const size = this.entries.reduce((sum, { name }) => sum + directoryHeaderBytes + name.length, 0);
    const directory = new Uint8Array(size + endBytes);
    let at = 0;
    for (const entry of this.entries) at += writeDirectoryHeader(directory.subarray(at), entry);
    const end = new DataView(directory.buffer, size);
    end.setUint32(0, 0x06054b50, true);
    end.setUint16(8, this.entries.length, true);
    end.setUint16(10, this.entries.length, true);
    end.setUint32(12, size, true);
    end.setUint32(16, this.offset, true);
    await this.writer.write(directory);
    await this.writer.close();
  }

  abort(reason: unknown): Promise<void> {
    return this.writer.abort(reason);
  }
}

async function pour(content: Uint8Array, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(content);
  await writer.close();
}

/** Writes the fields that both headers of a file share, in the same order. */
function writeFacts(view: DataView, at: number, { name, crc, packed, bytes }: Entry): void {
  view.setUint16(at, versionNeeded, true);
  view.setUint16(at + 2, namesAreUtf8, true);
  view.setUint16(at + 4, deflated, true);
  view.setUint16(at + 6, time, true);
  view.setUint16(at + 8, date, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, packed, true);
  view.setUint32(at + 18, bytes, true);
  view.setUint16(at + 22, name.length, true);
  view.setUint16(at + 24, 0, true);
}

/**
 * Writes a file's header in the central directory.
 * @returns its size in bytes
 */
function writeDirectoryHeader(into: Uint8Array, entry: Entry): number {
  const view = new DataView(into.buffer, into.byteOffset);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, versionMadeBy, true);
  writeFacts(view, 6, entry);
  view.setUint32(38, (regularFile << 16) >>> 0, true);
  view.setUint32(42, entry.offset, true);
  into.set(entry.name, directoryHeaderBytes);
  return directoryHeaderBytes + entry.name.length;
}
