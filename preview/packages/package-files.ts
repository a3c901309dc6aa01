import { parse } from "jsonc-parser";
import type { FileContent } from "../engine/mounted-files.ts";
import { transformModule } from "../vite/index.ts";
import { openPlanned } from "./apply-patches.ts";
import { withMarks } from "./module-address.ts";
import type { ArchivedFile, PackageArchive } from "./package-archive.ts";
import type { PlannedPackage } from "./plan-packages.ts";
import type { Registry } from "./registry.ts";

/**
 * Maximum total size, in bytes, of a package that is read whole. Only the requested files of a larger package are read.
 */
const WHOLE_BYTES = 16 * 2 ** 20;
/**
 * After this many reads of a large package, a read also includes the files below the same top folder, up to this many
 * bytes.
 */
const NARROW_READINGS = 2;
const WIDE_BYTES = 8 * 2 ** 20;
/** How long reads of a large package are batched, in milliseconds: each batch reads the whole archive. */
const GATHER_MS = 2;
/** Larger files are read only on request: pictures of a package's guide, and alternative bundles of the package. */
const LARGE_BYTES = { script: 128 * 2 ** 10, other: 64 * 2 ** 10 };
const SOURCE = /\.[cm]?tsx?$/;
const DECLARATION = /\.d\.[cm]?ts$/;

/**
 * Returns the files of a package that a bundler may read, by path. Unpacks those of a large package at their first
 * read.
 */
export async function packageFiles(
  planned: PlannedPackage,
  registry: Registry,
): Promise<ReadonlyMap<string, FileContent>> {
  const archive = await openPlanned(planned, registry);
  const listed = (await archive.list()).filter(({ path }) => !DECLARATION.test(path));
  const bytes = listed.reduce((sum, { size }) => sum + size, 0);
  const { folder } = planned;
  const reader = new GatheredReads(archive, listed);
  if (bytes <= WHOLE_BYTES) return wholeFiles(archive, listed, folder);
  const made = (path: string, content: Uint8Array): Uint8Array =>
    MANIFEST.test(path) ? withStyleEffects(content) : marked(content, `${folder}/${path}`);
  return new Map(listed.map(({ path }) => [path, async () => made(path, await reader.read(path))]));
}

async function wholeFiles(
  archive: PackageArchive,
  listed: ArchivedFile[],
  folder: string,
): Promise<Map<string, FileContent>> {
  const later = new Set(listed.filter(isReadLater).map(({ path }) => path));
  const others = listed.map(({ path }) => path).filter((path) => !MODULE.test(path));
  const read = await archive.readAll((path) => !DECLARATION.test(path) && !later.has(path));
  const files = new Map<string, FileContent>(withAddresses(read, folder, others));
  for (const path of later)
    files.set(path, async () => {
      const alone = await archive.read([path]);
      return present(path, withAddresses(alone, folder, others).get(path));
    });
  return files;
}

/** @throws Error for a file that an archive lists but does not contain */
function present(path: string, content: Uint8Array | undefined): Uint8Array {
  if (content === undefined) throw new Error(`The package's archive lists ${path} and does not have it.`);
  return content;
}

function isReadLater({ path, size }: ArchivedFile): boolean {
  if (MODULE.test(path)) return size > LARGE_BYTES.script;
  return SOURCE.test(path) || (size > LARGE_BYTES.other && !MANIFEST.test(path));
}

/** An imported style sheet always has side effects, whatever its package declares. */
function withStyleEffects(manifest: Uint8Array): Uint8Array {
  if (!includes(manifest, SIDE_EFFECTS)) return manifest;
  const parsed: unknown = parse(new TextDecoder().decode(manifest));
  if (typeof parsed !== "object" || parsed === null) return manifest;
  const marked: unknown = Reflect.get(parsed, "sideEffects");
  if (marked !== false && !Array.isArray(marked)) return manifest;
  const sideEffects = [...(Array.isArray(marked) ? marked : []), "*.css"];
  return new TextEncoder().encode(JSON.stringify({ ...parsed, sideEffects }));
}

/**
 * Modules that refer to neighbouring files with `new URL(…, import.meta.url)` import them, as the project's own modules
 * do. Scripts are excluded, since they are not part of the bundle. Every other `import.meta.url` becomes a placeholder.
 * @param others paths of the package's files that are not scripts
 */
function withAddresses(files: Map<string, Uint8Array>, folder: string, others: string[]): Map<string, Uint8Array> {
  const paths = new Set(others);
  const context = { files: paths, root: "", publicDir: null, aliases: [] };
  for (const [path, content] of files) {
    if (MANIFEST.test(path)) files.set(path, withStyleEffects(content));
    if (!MODULE.test(path) || !includes(content, META_URL)) continue;
    const { code, changed } = transformModule(new TextDecoder().decode(content), path, context);
    files.set(path, marked(changed ? new TextEncoder().encode(code) : content, `${folder}/${path}`));
  }
  return files;
}

function marked(content: Uint8Array, path: string): Uint8Array {
  if (!MODULE.test(path) || !includes(content, META_URL)) return content;
  return new TextEncoder().encode(withMarks(new TextDecoder().decode(content), path));
}

const MANIFEST = /(^|\/)package\.json$/;
const SIDE_EFFECTS = new TextEncoder().encode('"sideEffects"');
const MODULE = /\.[cm]?js$/;
const META_URL = new TextEncoder().encode("import.meta.url");

function includes(content: Uint8Array, text: Uint8Array): boolean {
  const [first = 0] = text;
  for (let at = content.indexOf(first); at >= 0; at = content.indexOf(first, at + 1)) {
    if (text.every((byte, index) => content[at + index] === byte)) return true;
  }
  return false;
}

/**
 * Batches the reads of a large archive, and prefetches the neighbours of the requested files. A build reads a library
 * with a folder per component some hundred times, so later batches prefetch more.
 */
export class GatheredReads {
  readonly #archive: PackageArchive;
  readonly #listed: ArchivedFile[];
  #readings = 0;
  readonly #files = new Map<string, Uint8Array>();
  readonly #asked = new Set<string>();
  #reading: Promise<void> | null = null;

  constructor(archive: PackageArchive, listed: ArchivedFile[]) {
    this.#archive = archive;
    this.#listed = listed;
  }

  async read(path: string): Promise<Uint8Array> {
    while (!this.#files.has(path)) {
      this.#asked.add(path);
      this.#reading ??= this.#readAsked().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return present(path, this.#files.get(path));
  }

  async #readAsked(): Promise<void> {
    await scheduler.wait(GATHER_MS);
    const asked = [...this.#asked];
    this.#asked.clear();
    this.#readings += 1;
    const around = this.#readings > NARROW_READINGS ? this.#unread(asked, topFolderOf) : [];
    const bytes = around.reduce((sum, { size }) => sum + size, 0);
    const isWide = around.length > 0 && bytes <= WIDE_BYTES;
    const beside = isWide ? around : this.#unread(asked, folderOf);
    const paths = [...asked, ...beside.map(({ path }) => path)];
    for (const [path, content] of await this.#archive.read(new Set(paths))) this.#files.set(path, content);
  }

  /** Lists the unread files in the folders of the requested ones. */
  #unread(asked: string[], folder: (path: string) => string): ArchivedFile[] {
    const folders = new Set(asked.map(folder));
    return this.#listed.filter(
      ({ path }) => folders.has(folder(path)) && !this.#files.has(path) && !path.endsWith(".map"),
    );
  }
}

const topFolderOf = (path: string): string => path.slice(0, path.indexOf("/") + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
