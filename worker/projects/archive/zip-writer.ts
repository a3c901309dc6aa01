import { ReusableBuffer } from "../../database/index.ts";

// APPNOTE.TXT 6.3.10 (PKWARE), sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
const localHeaderBytes = 30;
const directoryHeaderBytes = 46;
const endBytes = 22;
/** 2.0: deflated. */
const versionNeeded = 20;
/** By a Unix, so that its attributes count and `unzip` reads names as UTF-8. */
const versionMadeBy = (3 << 8) | versionNeeded;
const namesAreUtf8 = 1 << 11;
const deflated = 8;
/**
 * 1980-01-01 and two seconds, just after DOS time begins: the same for every archive, so that one revision is always the
 * same bytes. An import knows by the two seconds that an archive is an export of ours.
 */
const date = 0x21;
const time = 1;
export const exportMoment = (date << 16) | time;
const regularFile = 0o100644;

/** Taken at its first use: `node:zlib` took 2 of the 100 ms in which an isolate has to start. */
const crc32 = (bytes: Uint8Array): number => process.getBuiltinModule("node:zlib").crc32(bytes);

type Entry = { name: Uint8Array; crc: number; packed: number; bytes: number; offset: number };

/** The most that deflate makes of so many bytes (zlib's `deflateBound`, for any setting). */
const deflateBound = (bytes: number): number => bytes + (bytes >> 3) + (bytes >> 6) + 64;

/**
 * Writes a zip file by file, each by one write. A library's writer left 100 MB behind for 50 MB of files, in pieces that
 * nothing collects in time; this one holds the largest file twice.
 */
export class ZipWriter {
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly memory: ReusableBuffer;
  private readonly entries: Entry[] = [];
  private offset = 0;

  /**
   * @param writable whose writes end when the bytes have been taken: what was written is overwritten then
   * @param most the bytes of the largest file
   * @param longest the bytes of the longest name
   */
  constructor(writable: WritableStream<Uint8Array>, most: number, longest: number) {
    this.writer = writable.getWriter();
    this.memory = new ReusableBuffer(localHeaderBytes + longest + deflateBound(most));
  }

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

/** What both headers of a file say of it, in the same order. */
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

/** @returns how many bytes it took */
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
