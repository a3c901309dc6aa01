import type { ArchiveMemory } from "./archive-memory.ts";
import { ArchiveTooLarge, type TarVisitor } from "./tar-parser.ts";

/** Files that no import refers to, often most of a package. */
const USELESS = /\.(map|md|markdown|flow|coffee|tgz|zip|exe|node)$/i;
/** Maximum total size of useful files, in bytes, for a package to be cached whole. */
const MAX_WHOLE_BYTES = 12 * 2 ** 20;
/** Maximum size of one file, which is buffered while it is unpacked, in bytes. */
const MAX_FILE_BYTES = 32 * 2 ** 20;

/** Collects an archive's files while it is unpacked: all of them within the memory bound, or the requested ones. */
export class GatheredFiles implements TarVisitor {
  readonly index = new Map<string, number>();
  readonly files = new Map<string, Uint8Array>();
  takenBytes = 0;
  readonly #memory: ArchiveMemory | null;
  readonly #wanted: ReadonlySet<string> | null;
  #isFull = false;

  /**
   * @param memory reserves the bytes when all files are collected
   * @param wanted paths to collect instead, without a bound
   */
  constructor(memory: ArchiveMemory | null, wanted: ReadonlySet<string> | null = null) {
    this.#memory = memory;
    this.#wanted = wanted;
  }

  get isPartial(): boolean {
    return this.#wanted !== null;
  }

  /** Whether all requested files were found. */
  get isDone(): boolean {
    return this.#wanted !== null && this.files.size === this.#wanted.size;
  }

  open(path: string, size: number): Uint8Array | null {
    if (USELESS.test(path)) return null;
    this.index.set(path, size);
    if (this.#wanted !== null) return this.#wanted.has(path) ? this.#allocate(size) : null;
    if (this.#isFull) return null;
    if (this.takenBytes + size > MAX_WHOLE_BYTES || this.#memory?.take(size) === false) {
      this.#isFull = true;
      this.release();
      return null;
    }
    this.takenBytes += size;
    return new Uint8Array(size);
  }

  close(path: string, content: Uint8Array): void {
    this.files.set(path, content);
  }

  /** Releases the collected files. */
  release(): void {
    this.files.clear();
    this.#memory?.release(this.takenBytes);
    this.takenBytes = 0;
  }

  #allocate(size: number): Uint8Array {
    if (size > MAX_FILE_BYTES) throw new ArchiveTooLarge();
    return new Uint8Array(size);
  }
}
