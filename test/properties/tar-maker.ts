import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";

/** One entry; fields besides name and content make the headers differ from the entry. */
export type TarEntry = {
  name: string;
  content?: Uint8Array | string;
  /** The entry's type flag: 0 a file, 1 a hard link, 2 a symbolic link, 5 a folder, 3 a device. */
  type?: string;
  linkTo?: string;
  /** The format of a name of more than 100 bytes; `ustar` splits it at a slash. */
  longName?: "pax" | "gnu" | "ustar";
  declaredBytes?: number;
  checksum?: number;
};

const block = 512;

/** Builds a tar by hand, so that it can be wrong in any way (POSIX.1-2017, pax; GNU tar's long names). */
export function makeTar(entries: TarEntry[]): Uint8Array {
  return new Uint8Array(Buffer.concat([...entries.flatMap(written), Buffer.alloc(2 * block)]));
}

export const makeTarGz = (entries: TarEntry[]): Uint8Array => new Uint8Array(gzipSync(makeTar(entries)));

function written(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? "");
  const header = (name: string, prefix = "") => headerOf({ ...entry, name }, content.length, prefix);
  if (entry.longName === "ustar") {
    const cut = entry.name.lastIndexOf("/");
    return [header(entry.name.slice(cut + 1), entry.name.slice(0, cut)), padded(content)];
  }
  if (entry.longName === undefined) return [header(entry.name), padded(content)];
  const isPax = entry.longName === "pax";
  const long = Buffer.from(isPax ? paxRecord("path", entry.name) : `${entry.name}\0`);
  const about = headerOf({ name: "long", type: isPax ? "x" : "L" }, long.length, "");
  return [about, padded(long), header(Buffer.from(entry.name).subarray(0, 99).toString()), padded(content)];
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  const digits = String(rest + String(rest).length).length;
  return `${rest + digits} ${key}=${value}\n`;
}

function headerOf(
  { name, type = "0", linkTo = "", declaredBytes, checksum }: TarEntry,
  bytes: number,
  prefix: string,
): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  header.write(name, 0, 100);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(declaredBytes ?? bytes, 124, 12);
  octal(1_700_000_000, 136, 12);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write(linkTo, 157, 100);
  header.write("ustar\0" + "00", 257);
  header.write(prefix, 345, 155);
  octal(checksum ?? [...header].reduce((sum, byte) => sum + byte, 0), 148, 7);
  return header;
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)]);
