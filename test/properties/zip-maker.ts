import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** One entry; fields besides name and content make the headers differ from the entry. */
export type ZipEntry = {
  name: string | Uint8Array;
  content?: Uint8Array | string;
  method?: "store" | "deflate";
  /** The size in both headers, when it is false. */
  declaredBytes?: number;
  packedBytes?: number;
  checksum?: number;
  flags?: number;
  /** The entry's Unix mode, `0o120777` for a symbolic link. */
  mode?: number;
  /** The name in the local header, when it differs from the index's. */
  localName?: string;
  /** The index of the entry whose bytes this one shares. */
  sameBytesAs?: number;
};

const utf8Names = 0x0800;

/** Builds a zip by hand, byte by byte, so that it can be wrong in any way (APPNOTE 6.3.10, 4.3). */
export function makeZip(entries: ZipEntry[], { count = entries.length }: { count?: number } = {}): Uint8Array {
  const parts: Buffer[] = [];
  const index: Buffer[] = [];
  const places: number[] = [];
  let place = 0;
  for (const entry of entries) {
    const { about, packed } = described(entry);
    const name = Buffer.from(entry.name);
    const shared = entry.sameBytesAs === undefined ? undefined : places[entry.sameBytesAs];
    const at = shared ?? place;
    places.push(at);
    if (shared === undefined) {
      const localName = entry.localName === undefined ? name : Buffer.from(entry.localName);
      const header = Buffer.concat([
        Buffer.from("PK\x03\x04"),
        about,
        numbers([2, localName.length], [2, 0]),
        localName,
      ]);
      parts.push(header, packed);
      place += header.length + packed.length;
    }
    const rest = numbers(
      [2, name.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, ((entry.mode ?? 0o100644) << 16) >>> 0],
      [4, at],
    );
    index.push(Buffer.concat([Buffer.from("PK\x01\x02"), numbers([2, 0x0314]), about, rest, name]));
  }
  const central = Buffer.concat(index);
  const end = numbers([4, 0], [2, count], [2, count], [4, central.length], [4, place], [2, 0]);
  return new Uint8Array(Buffer.concat([...parts, central, Buffer.from("PK\x05\x06"), end]));
}

/** Returns the fields shared by the local header and the index, and the packed bytes. */
function described(entry: ZipEntry): { about: Buffer; packed: Buffer } {
  const bytes = Buffer.from(entry.content ?? "");
  const isStored = entry.method !== "deflate";
  const packed = isStored ? bytes : deflateRawSync(bytes);
  const sizes: [number, number][] = [
    [4, entry.checksum ?? crc32(bytes)],
    [4, entry.packedBytes ?? packed.length],
    [4, entry.declaredBytes ?? bytes.length],
  ];
  const about = numbers([2, 20], [2, entry.flags ?? utf8Names], [2, isStored ? 0 : 8], [2, 0], [2, 0x21], ...sizes);
  return { about, packed };
}

/** Encodes little-endian numbers: [bytes, value]. */
function numbers(...all: [number, number][]): Buffer {
  return Buffer.concat(
    all.map(([bytes, value]) => {
      const one = Buffer.alloc(bytes);
      one.writeUIntLE(value, 0, bytes);
      return one;
    }),
  );
}
