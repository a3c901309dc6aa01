import { withBody } from "./with-body.ts";

/** The error of a stream that exceeded its idle timeout. */
export class IdleError extends Error {
  override readonly name = "IdleError";
}

/** Maximum size of one event of a stream, or of a complete answer. */
const maxPendingBytes = 16 * 1024 * 1024;

/**
 * Wraps `fetch` so that reading the response body fails after an idle timeout. The SDK has a timeout for the headers
 * alone, and hides the pings that distinguish a slow answer from a dead connection.
 * @param ms the idle timeout in milliseconds
 */
export function withIdleTimeout(inner: typeof fetch, ms: number): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await inner(input, init);
    if (response.body === null) return response;
    const body = new WatchedBody(response.body, ms);
    // The SDK reads an error's body completely, and only from a real Response.
    if (!response.ok) return new Response(await textOf(body), response);
    // The SDK accepts any async iterable as a response body. Wrapping the stream in another one would cost an extra
    // turn per chunk.
    return withBody(response, body);
  };
}

/** Reads as much of an error's text as arrives, since its status matters more. */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of body) text += decoder.decode(piece, { stream: true });
  } catch {
    // The text received so far is returned.
  }
  return text;
}

/**
 * A response body with an idle timeout. Bytes alone do not count as content, since a server may send pings forever: the
 * reader calls `touch` when a chunk contained content. While the reader has called neither `touch` nor `taken`, every
 * byte counts. One timer serves the whole answer and checks when content last arrived, because a timer per chunk would
 * cost more than the chunk.
 */
export class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #ms: number;
  #isJudged = false;
  #isTouched = true;
  /** When the reader began to wait for content, in milliseconds since the epoch. */
  #silentSince = 0;
  #isWaiting = false;
  #silence: IdleError | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pendingBytes = 0;
  #drainMs = 0;

  constructor(body: ReadableStream<Uint8Array>, ms: number) {
    this.#reader = body.getReader();
    this.#ms = ms;
  }

  /**
   * Records that content has arrived. From now on only content resets the timeout.
   * @param ms the timeout from here on
   */
  touch(ms: number): void {
    this.#isTouched = true;
    this.#isJudged = true;
    if (ms >= this.#ms) {
      this.#ms = ms;
      return;
    }
    // The running timer would fire too late.
    this.#ms = ms;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Records that the chunks so far were processed, whether or not they were content. */
  taken(): void {
    this.#isJudged = true;
    this.#pendingBytes = 0;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isTouched || !this.#isJudged) this.#silentSince = Date.now();
    this.#isTouched = false;
    this.#isWaiting = true;
    const left = Math.max(0, this.#silentSince + this.#ms - Date.now());
    this.#timer ??= setTimeout(() => this.#look(), left);
    let isOver = true;
    try {
      const { done, value } = await this.#reader.read();
      if (this.#silence) throw this.#silence;
      this.#pendingBytes += value?.byteLength ?? 0;
      if (this.#pendingBytes > maxPendingBytes) throw new Error("an event of the stream is too long");
      isOver = done;
      return done ? { done, value: undefined } : { done, value };
    } catch (error) {
      throw this.#silence ?? error;
    } finally {
      this.#isWaiting = false;
      if (isOver) clearTimeout(this.#timer);
    }
  }

  /**
   * Marks the answer as complete. `return` then reads up to `drainMs` for the body's end in the background, so that the
   * connection can be reused, and closes it after that.
   */
  complete(drainMs: number): void {
    this.#drainMs = drainMs;
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    clearTimeout(this.#timer);
    if (this.#drainMs > 0) this.#drain();
    // Not awaited, because closing a connection may take long.
    else this.#reader.cancel().catch(() => undefined);
    return { done: true, value: undefined };
  }

  #drain(): void {
    const timer = setTimeout(() => this.#reader.cancel().catch(() => undefined), this.#drainMs);
    const rest = async () => {
      while (!(await this.#reader.read()).done);
    };
    rest()
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#isWaiting) return;
    const left = this.#silentSince + this.#ms - Date.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#look(), left);
      return;
    }
    this.#silence = new IdleError(`nothing for ${this.#ms} ms`);
    // Rejects the pending read; the connection's own error does not matter at this point.
    this.#reader.cancel(this.#silence).catch(() => undefined);
  }
}
