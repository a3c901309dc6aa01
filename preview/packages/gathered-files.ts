import type { ArchiveMemory } from "./archive-memory.ts";
import { ArchiveTooLarge, type TarVisitor } from "./tar-parser.ts";

/** What no import names, and is often most of a package. */
const USELESS = /\.(map|md|markdown|flow|coffee|tgz|zip|exe|node)$/i;
/** Packages whose useful files have no more than this are held whole. */
const MAX_WHOLE_BYTES = 12 * 2 ** 20;
/** One file, since it is held while it is unpacked. */
const MAX_FILE_BYTES = 32 * 2 ** 20;

/** Collects the files of an archive while it is unpacked: all of them as long as there is room, or those that are asked for. */
export class GatheredFiles implements TarVisitor {
  readonly index = new Map<string, number>();
  readonly files = new Map<string, Uint8Array>();
  takenBytes = 0;
  readonly #memory: ArchiveMemory | null;
  readonly #wanted: ReadonlySet<string> | null;
  #isFull = false;

  /**
   * @param memory that has the room, where everything is to be collected
   * @param wanted the paths to collect instead, whatever room they take
   */
  constructor(memory: ArchiveMemory | null, wanted: ReadonlySet<string> | null = null) {
    this.#memory = memory;
    this.#wanted = wanted;
  }

  get isPartial(): boolean {
    return this.#wanted !== null;
  }

  /** Whether all that is asked for was found. */
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

  /** Lets go of what was collected. */
  release(): void {
    this.files.clear();
    this.#memory?.giveBack(this.takenBytes);
    this.takenBytes = 0;
  }

  #allocate(size: number): Uint8Array {
    if (size > MAX_FILE_BYTES) throw new ArchiveTooLarge();
    return new Uint8Array(size);
  }
}
