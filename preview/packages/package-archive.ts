import type { HeldArchive } from "./archive-memory.ts";

/** One file of an archive; `size` in bytes. */
export type ArchivedFile = { path: string; size: number };

type UnpackSome = (paths: ReadonlySet<string>) => Promise<Map<string, Uint8Array>>;

/**
 * The files of one package version, by path. It holds no content, so that the cache can evict the archive and unpack
 * it again. Every method throws {@link PackageUnavailable} when that fails.
 */
export class PackageArchive {
  readonly #held: () => Promise<HeldArchive>;
  readonly #unpackSome: UnpackSome;

  constructor(held: () => Promise<HeldArchive>, unpackSome: UnpackSome) {
    this.#held = held;
    this.#unpackSome = unpackSome;
  }

  /** All files except those that no import can refer to. */
  async list(): Promise<ArchivedFile[]> {
    const { index } = await this.#held();
    return [...index].map(([path, size]) => ({ path, size }));
  }

  /** Reads several files at once, since each call unpacks a large archive once. The result omits missing paths. */
  async read(paths: Iterable<string>): Promise<Map<string, Uint8Array>> {
    return this.#readFrom(await this.#held(), paths);
  }

  /** The files directly in a folder; "" for the package's own folder. */
  async readFolder(folder: string): Promise<Map<string, Uint8Array>> {
    const held = await this.#held();
    const prefix = folder === "" ? "" : `${folder.replace(/\/+$/, "")}/`;
    const isInside = (path: string) => path.startsWith(prefix) && !path.includes("/", prefix.length);
    return this.#readFrom(held, [...held.index.keys()].filter(isInside));
  }

  /** Reads the files that match a filter, in one pass of the archive. */
  async readAll(filter: (path: string) => boolean): Promise<Map<string, Uint8Array>> {
    const held = await this.#held();
    return this.#readFrom(held, [...held.index.keys()].filter(filter));
  }

  async #readFrom({ index, files }: HeldArchive, paths: Iterable<string>): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const unread = new Set<string>();
    for (const path of paths) {
      const content = files.get(path);
      if (content !== undefined) found.set(path, content);
      else if (index.has(path)) unread.add(path);
    }
    if (unread.size > 0) for (const [path, content] of await this.#unpackSome(unread)) found.set(path, content);
    return found;
  }
}
