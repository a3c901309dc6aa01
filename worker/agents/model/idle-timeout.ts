import { withBody } from "./with-body.ts";

export class IdleError extends Error {
  override readonly name = "IdleError";
}

/** An event of a stream, or a whole answer, may not be longer than this. */
const maxPendingBytes = 16 * 1024 * 1024;

/**
 * A fetch whose response body fails once nothing has come for a while. The SDK has a time-out for the headers alone,
 * and swallows the pings that tell a slow answer from a dead connection.
 */
export function withIdleTimeout(inner: typeof fetch, ms: number): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await inner(input, init);
    if (response.body === null) return response;
    const body = new WatchedBody(response.body, ms);
    // The SDK reads an error's body whole, and only from a real one.
    if (!response.ok) return new Response(await textOf(body), response);
    return withBody(response, body);
  };
}

/** As much of a text as comes: of an error, its status says the most. */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of body) text += decoder.decode(piece, { stream: true });
  } catch {
    // What has come is what there is.
  }
  return text;
}

/**
 * A body that fails once no content has come for a while: bytes alone are no content, since a server may send pings for
 * ever. Whoever reads it says by `touch` that something in it counted; a body that nobody judges is touched by every byte.
 * One timer for the whole answer, which looks when content last came: one for each piece would cost more than the piece.
 */
export class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #ms: number;
  #isJudged = false;
  #isTouched = true;
  /** Since when content is waited for. */
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

  /** Content has come; from now on silence is measured in it alone, and may last `ms`. */
  touch(ms: number): void {
    this.#isTouched = true;
    this.#isJudged = true;
    if (ms >= this.#ms) {
      this.#ms = ms;
      return;
    }
    // The timer that runs would look too late.
    this.#ms = ms;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What has come so far is dealt with, whether or not it was content. */
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
   * The answer is complete, whatever the connection does: `return` then reads on for so long for the body's end, behind the
   * caller's back, so that the connection can be used again, and closes it only after that.
   */
  complete(drainMs: number): void {
    this.#drainMs = drainMs;
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    clearTimeout(this.#timer);
    if (this.#drainMs > 0) this.#drain();
    // Nobody waits for the connection to be closed, which may take long.
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
    // Ends the read that waits; that the connection itself is broken by then does not matter any more.
    this.#reader.cancel(this.#silence).catch(() => undefined);
  }
}
