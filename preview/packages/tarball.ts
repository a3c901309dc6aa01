// Reads an npm tarball: gzip, then tar with the ustar prefix and the pax path (names over 100 characters).

const BLOCK = 512;
const REGULAR = new Set(["0", "\0"]);
/** Never of use to a bundler or a type checker, and often most of a package. */
const SKIPPED = /\.(map|md|markdown|flow|coffee|tgz|zip|exe|node)$/i;

/** Thrown where an archive is larger than it may be when unpacked. */
export class ArchiveTooLarge extends Error {}

/**
 * The files of a gzipped tar archive by path, without the one folder npm wraps them in.
 * @param limit most bytes the archive may unpack to; more throws {@link ArchiveTooLarge}
 */
export async function unpack(archive: Uint8Array<ArrayBuffer>, limit: number): Promise<Map<string, Uint8Array>> {
  const tar = await gunzip(archive, limit);
  const files = new Map<string, Uint8Array>();
  let longName: string | null = null;
  for (let offset = 0; offset + BLOCK <= tar.length; ) {
    const header = tar.subarray(offset, offset + BLOCK);
    if (header[0] === 0) break;
    const size = Number.parseInt(text(header, 124, 12).trim() || "0", 8);
    const type = String.fromCharCode(header[156] ?? 0);
    const start = offset + BLOCK;
    const body = tar.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === "x" || type === "L") {
      longName = type === "x" ? paxPath(body) : text(body, 0, size);
      continue;
    }
    const path = insidePackage(longName ?? headerPath(header));
    longName = null;
    if (REGULAR.has(type) && path !== null && !SKIPPED.test(path)) files.set(path, body.slice());
  }
  return files;
}

async function gunzip(archive: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip"));
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw new ArchiveTooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

function headerPath(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  return prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
}

/** Without the outer folder; null for what would leave the package. */
function insidePackage(path: string): string | null {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return null;
  return segments.slice(1).join("/") || null;
}

/** The `path` record of a pax header: records are `<length> <key>=<value>\n`. */
function paxPath(body: Uint8Array): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text(body, 0, body.length))?.[1] ?? null;
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
