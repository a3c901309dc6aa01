// Parses a tar archive as a stream: the ustar format with prefix, pax headers (path, size) and GNU's long names.

const BLOCK = 512;
const REGULAR = new Set(["0", "\0", "7"]);
/** Maximum size of a pax header or a long name; the longest path of a real package has 300 characters. */
const MAX_META_BYTES = 64 * 1024;

/** Thrown when an archive, or a file in it, exceeds its maximum size. */
export class ArchiveTooLarge extends Error {}

/** Thrown when an archive is not a tar, or ends inside a file. */
export class ArchiveCorrupt extends Error {}

export type TarLimits = { bytes: number; files: number };

export type TarVisitor = {
  /**
   * Called for each regular file with its path in the package; returns a buffer for its content, or null to skip it.
   */
  open(path: string, size: number): Uint8Array | null;
  /** Called when the content of an opened file is complete. */
  close(path: string, content: Uint8Array): void;
};

type Body = { kind: "file" | "meta" | "skipped"; path: string; content: Uint8Array | null; size: number; read: number };

/** Parses a tar archive in chunks and reports its files to a visitor. It skips links, folders and devices. */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #limits: TarLimits;
  readonly #header = new Uint8Array(BLOCK);
  #headerLength = 0;
  #body: Body | null = null;
  #padding = 0;
  #long: { path?: string; size?: number } = {};
  #metaType = "";
  #bytes = 0;
  #files = 0;
  #isOver = false;

  constructor(visitor: TarVisitor, limits: TarLimits) {
    this.#visitor = visitor;
    this.#limits = limits;
  }

  /** @throws {ArchiveTooLarge} @throws {ArchiveCorrupt} */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.bytes) throw new ArchiveTooLarge();
    for (let offset = 0; offset < chunk.length && !this.#isOver; ) {
      if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, chunk.length - offset);
        this.#padding -= skipped;
        offset += skipped;
      } else if (this.#body === null) {
        offset += this.#takeHeader(chunk.subarray(offset));
      } else {
        offset += this.#takeBody(this.#body, chunk.subarray(offset));
      }
    }
  }

  /** @throws {ArchiveCorrupt} when the archive ends too early */
  end(): void {
    if (this.#body !== null || (this.#headerLength > 0 && !this.#isOver)) throw new ArchiveCorrupt();
  }

  #takeHeader(chunk: Uint8Array): number {
    const taken = chunk.subarray(0, BLOCK - this.#headerLength);
    this.#header.set(taken, this.#headerLength);
    this.#headerLength += taken.length;
    if (this.#headerLength < BLOCK) return taken.length;
    this.#headerLength = 0;
    if (this.#header[0] === 0) this.#isOver = true;
    else this.#begin(this.#header);
    return taken.length;
  }

  #begin(header: Uint8Array): void {
    const type = String.fromCharCode(header[156] ?? 0);
    const size = this.#long.size ?? sizeOf(header);
    if (!Number.isSafeInteger(size) || size < 0) throw new ArchiveCorrupt();
    if (size > this.#limits.bytes) throw new ArchiveTooLarge();
    if (type === "x" || type === "L") {
      if (size > MAX_META_BYTES) throw new ArchiveTooLarge();
      this.#metaType = type;
      this.#start({ kind: "meta", path: "", content: new Uint8Array(size), size, read: 0 });
      return;
    }
    const path = insidePackage(this.#long.path ?? headerPath(header));
    this.#long = {};
    if (!REGULAR.has(type) || path === null) {
      this.#start({ kind: "skipped", path: "", content: null, size: isSized(type) ? size : 0, read: 0 });
      return;
    }
    this.#files += 1;
    if (this.#files > this.#limits.files) throw new ArchiveTooLarge();
    const content = this.#visitor.open(path, size);
    this.#start({ kind: content === null ? "skipped" : "file", path, content, size, read: 0 });
  }

  #start(body: Body): void {
    this.#padding = 0;
    this.#body = body;
    if (body.size === 0) this.#finish(body);
  }

  #takeBody(body: Body, chunk: Uint8Array): number {
    const taken = chunk.subarray(0, body.size - body.read);
    body.content?.set(taken, body.read);
    body.read += taken.length;
    if (body.read === body.size) this.#finish(body);
    return taken.length;
  }

  #finish(body: Body): void {
    this.#body = null;
    this.#padding = (BLOCK - (body.size % BLOCK)) % BLOCK;
    if (body.content === null) return;
    if (body.kind === "file") this.#visitor.close(body.path, body.content);
    else this.#long = { ...this.#long, ...metaOf(this.#metaType, body.content) };
  }
}

/** Links, folders and devices have no content, whatever size their header states. */
function isSized(type: string): boolean {
  return !/[1-6]/.test(type);
}

function sizeOf(header: Uint8Array): number {
  const first = header[124] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(text(header, 124, 12).trim() || "0", 8);
  // GNU tar writes sizes over 8 GB as a binary number.
  return header.subarray(125, 136).reduce((size, byte) => size * 256 + byte, first & 0x7f);
}

function headerPath(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  return prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
}

/** Removes the outer folder from a path; null for a path that leaves the package. */
function insidePackage(path: string): string | null {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (path.startsWith("/") || path.includes("\\") || segments.includes("..")) return null;
  return segments.slice(1).join("/") || null;
}

/** The records of a pax header are `<length> <key>=<value>\n`. */
function metaOf(type: string, body: Uint8Array): { path?: string; size?: number } {
  const content = text(body, 0, body.length);
  if (type === "L") return { path: content };
  const path = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content)?.[1];
  const size = /(?:^|\n)\d+ size=(\d+)\n/.exec(content)?.[1];
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
