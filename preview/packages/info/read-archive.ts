import { InfoUnavailable, joined } from "./ask-registry.ts";

const block = 512;
/** Maximum unpacked bytes. Above it, the result has only the files found until then. */
const maxUnpackedBytes = 256 * 2 ** 20;
const maxFileBytes = 4 * 2 ** 20;
const maxKeptBytes = 12 * 2 ** 20;
const maxFiles = 4_000;

export type ArchiveFiles = {
  /** The requested files, by path inside the package. */
  files: Map<string, string>;
  /** Whether the archive exceeds the maximum, so that its rest is unread. */
  isCut: boolean;
};

type Entry = { path: string | null; left: number; padding: number; chunks: Uint8Array[]; kept: number; type: string };

/**
 * Verifies an npm archive against the registry's hash, and reads the requested files. Buffers only one block of any
 * other file, however large it is.
 * @throws InfoUnavailable when the hash differs
 */
export async function readArchive(
  archive: Uint8Array,
  integrity: string | null,
  name: string,
  isWanted: (path: string) => boolean,
): Promise<ArchiveFiles> {
  await verify(archive, integrity, name);
  const reader = new TarReader(isWanted);
  const bytes = new Uint8Array(archive);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const chunk of stream) {
      reader.push(chunk);
      if (reader.isDone) break;
    }
  } catch {
    throw new InfoUnavailable(`The archive of "${name}" cannot be read.`);
  }
  return { files: reader.files, isCut: reader.isCut };
}

async function verify(archive: Uint8Array, integrity: string | null, name: string): Promise<void> {
  const wanted = integrity?.split(" ").find((hash) => hash.startsWith("sha512-"));
  if (wanted === undefined) throw new InfoUnavailable(`The registry gives no sha512 for "${name}".`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", new Uint8Array(archive)));
  if (`sha512-${btoa(String.fromCharCode(...digest))}` !== wanted) {
    throw new InfoUnavailable(`The archive of "${name}" doesn't match the hash in the registry, so it was not read.`);
  }
}

/** Reads a tar stream: ustar with its prefix, the pax path, and GNU's long names. */
class TarReader {
  readonly files = new Map<string, string>();
  isCut = false;
  isDone = false;
  readonly #isWanted: (path: string) => boolean;
  #pending = new Uint8Array(0);
  #entry: Entry | null = null;
  #longName: string | null = null;
  #seen = 0;
  #kept = 0;

  constructor(isWanted: (path: string) => boolean) {
    this.#isWanted = isWanted;
  }

  push(chunk: Uint8Array): void {
    this.#seen += chunk.length;
    if (this.#seen > maxUnpackedBytes) {
      this.#cut();
      return;
    }
    let rest = this.#pending.length === 0 ? chunk : joined([this.#pending, chunk], this.#pending.length + chunk.length);
    while (!this.isDone) {
      if (this.#entry === null) {
        if (rest.length < block) break;
        this.#begin(rest.subarray(0, block));
        rest = rest.subarray(block);
      } else {
        if (rest.length === 0) break;
        rest = this.#take(this.#entry, rest);
      }
    }
    this.#pending = rest.slice();
  }

  #cut(): void {
    this.isCut = true;
    this.isDone = true;
  }

  #begin(header: Uint8Array): void {
    if (header[0] === 0) {
      this.isDone = true;
      return;
    }
    const size = Number.parseInt(fieldOf(header, 124, 12).trim() || "0", 8);
    const type = String.fromCharCode(header[156] ?? 0);
    if (!Number.isFinite(size) || size < 0) {
      this.#cut();
      return;
    }
    const isName = type === "x" || type === "L";
    const path = isName ? null : insidePackage(this.#longName ?? headerPath(header));
    const isRegular = type === "0" || type === "\0";
    const isKept = isRegular && path !== null && size <= maxFileBytes && this.#isWanted(path);
    if (!isName && type !== "g") this.#longName = null;
    this.#entry = {
      path: isKept ? path : null,
      type,
      left: size,
      padding: (block - (size % block)) % block,
      chunks: [],
      kept: 0,
    };
    if (size === 0) this.#end(this.#entry);
  }

  /**
   * Consumes the entry's bytes of a chunk.
   * @returns the rest
   */
  #take(entry: Entry, bytes: Uint8Array): Uint8Array {
    const body = bytes.subarray(0, entry.left);
    const isName = entry.type === "x" || entry.type === "L";
    if (entry.path !== null || (isName && entry.kept < maxFileBytes)) {
      entry.chunks.push(body.slice());
      entry.kept += body.length;
    }
    entry.left -= body.length;
    if (entry.left > 0) return bytes.subarray(body.length);
    const padding = Math.min(entry.padding, bytes.length - body.length);
    entry.padding -= padding;
    if (entry.padding === 0) this.#end(entry);
    return bytes.subarray(body.length + padding);
  }

  #end(entry: Entry): void {
    this.#entry = null;
    if (entry.type === "x" || entry.type === "L") {
      const text = new TextDecoder().decode(joined(entry.chunks, entry.kept));
      this.#longName = entry.type === "L" ? (text.split("\0")[0] ?? "") : paxPath(text);
      return;
    }
    if (entry.path === null) return;
    this.#kept += entry.kept;
    if (this.#kept > maxKeptBytes || this.files.size >= maxFiles) this.#cut();
    else this.files.set(entry.path, new TextDecoder().decode(joined(entry.chunks, entry.kept)));
  }
}

function headerPath(header: Uint8Array): string {
  const prefix = fieldOf(header, 257, 5) === "ustar" ? fieldOf(header, 345, 155) : "";
  return prefix === "" ? fieldOf(header, 0, 100) : `${prefix}/${fieldOf(header, 0, 100)}`;
}

/** Removes npm's outer folder from a path; null for a path that leaves the package. */
function insidePackage(path: string): string | null {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return null;
  return segments.slice(1).join("/") || null;
}

/** The `path` record of a pax header: records are `<length> <key>=<value>\n`. */
const paxPath = (text: string): string | null => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1] ?? null;

function fieldOf(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
