/** A cached archive. `index`: sizes by path; `files`: the cached contents. */
export type HeldArchive = { index: ReadonlyMap<string, number>; files: Map<string, Uint8Array> };

type Entry = { archive: HeldArchive; bytes: number };

/** An LRU cache of unpacked archives, bounded in bytes. Archives being unpacked count too. */
export class ArchiveMemory {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #peakBytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Peak size of the cache, in bytes. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  get(key: string): HeldArchive | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.archive;
  }

  /** Reserves bytes, evicting other archives; false when they exceed the bound even without those. */
  take(bytes: number): boolean {
    for (const [key] of this.#entries) {
      if (this.#bytes + bytes <= this.#limit) break;
      this.delete(key);
    }
    if (this.#bytes + bytes > this.#limit) return false;
    this.#bytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Stores an archive whose `bytes` are reserved. */
  set(key: string, archive: HeldArchive, bytes: number): void {
    this.delete(key);
    this.#entries.set(key, { archive, bytes });
  }

  /** Caches another file of an archive, if there is room and the archive is still cached. */
  add(key: string, path: string, content: Uint8Array): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.archive.files.has(path) || !this.take(content.length)) return;
    // `take` may have evicted this very archive to make room.
    if (this.#entries.get(key) === entry) {
      entry.archive.files.set(path, content);
      entry.bytes += content.length;
    } else {
      this.release(content.length);
    }
  }

  /** Evicts all archives. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** Estimated size of an index entry: two bytes per character, and the map's overhead. */
export function indexBytes(path: string): number {
  return path.length * 2 + 64;
}
