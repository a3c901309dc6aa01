import type { Packument } from "./packument.ts";

type Entry = { packument: Packument; bytes: number; until: number };
type Read = () => Promise<{ packument: Packument; bytes: number }>;

/** Packuments of large packages have megabytes; a plan needs each of them for a moment. */
const MAX_BYTES = 16 * 2 ** 20;

/** Packuments that were read a while ago, the most recently used up to a number of bytes, and those being read. */
export class PackumentCache {
  readonly #freshMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<string, Promise<Packument>>();
  #bytes = 0;

  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  get(name: string, read: Read): Promise<Packument> {
    const entry = this.#entries.get(name);
    if (entry !== undefined && entry.until > Date.now()) {
      this.#entries.delete(name);
      this.#entries.set(name, entry);
      return Promise.resolve(entry.packument);
    }
    const reading = this.#reading.get(name) ?? this.#read(name, read).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #read(name: string, read: Read): Promise<Packument> {
    const { packument, bytes } = await read();
    this.#bytes += bytes - (this.#entries.get(name)?.bytes ?? 0);
    this.#entries.delete(name);
    this.#entries.set(name, { packument, bytes, until: Date.now() + this.#freshMs });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
    return packument;
  }
}
