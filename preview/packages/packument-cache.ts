import type { Packument } from "./packument.ts";

type Entry = { packument: Packument; bytes: number; until: number };
type Read = () => Promise<{ packument: Packument; bytes: number }>;

/** Packuments of large packages have megabytes, and a plan needs each only briefly. */
const MAX_BYTES = 16 * 2 ** 20;

/** An LRU cache of packuments by URL, bounded in bytes. */
export class PackumentMemory {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  get(address: string): Packument | null {
    const entry = this.#entries.get(address);
    if (entry === undefined || entry.until <= Date.now()) return null;
    this.#entries.delete(address);
    this.#entries.set(address, entry);
    return entry.packument;
  }

  set(address: string, entry: Entry): void {
    this.#bytes += entry.bytes - (this.#entries.get(address)?.bytes ?? 0);
    this.#entries.delete(address);
    this.#entries.set(address, entry);
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

/** Shared by all projects of the isolate: with a cache per project, memory would grow with the number of projects. */
export const isolatePackuments = new PackumentMemory();

/**
 * Caches the packuments of one registry, and the reads in flight. An object awaits only its own read, since it cannot
 * await another object's I/O.
 */
export class PackumentCache {
  readonly #address: string;
  readonly #freshMs: number;
  readonly #memory: PackumentMemory;
  readonly #reading = new Map<string, Promise<Packument>>();

  constructor(address: string, freshMs: number, memory = isolatePackuments) {
    this.#address = address;
    this.#freshMs = freshMs;
    this.#memory = memory;
  }

  get(name: string, read: Read): Promise<Packument> {
    const known = this.#memory.get(this.#key(name));
    if (known !== null) return Promise.resolve(known);
    const reading = this.#reading.get(name) ?? this.#read(name, read).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #read(name: string, read: Read): Promise<Packument> {
    const { packument, bytes } = await read();
    this.#memory.set(this.#key(name), { packument, bytes, until: Date.now() + this.#freshMs });
    return packument;
  }

  #key(name: string): string {
    return `${this.#address} ${name}`;
  }
}
