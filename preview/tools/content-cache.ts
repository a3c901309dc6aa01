/**
 * An LRU cache of compiled results by content key, shared by all projects of an isolate and bounded in bytes. Callers
 * must not change a result.
 */
export class ContentCache<Result> {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { result: Result; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Result | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.result;
  }

  /** @param bytes estimated memory of the result */
  set(key: string, result: Result, bytes: number): void {
    this.#bytes += bytes - (this.#entries.get(key)?.bytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { result, bytes });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}

/** Returns a key for JSON values. Maps and sets are unsupported, since JSON writes them all as `{}`. */
export async function contentKey(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return { map: [...part] };
    return part instanceof Set ? { set: [...part] } : part;
  });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
