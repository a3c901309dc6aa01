export class IdleError extends Error {
  override readonly name = "IdleError";
}

/**
 * A fetch whose response body fails once no byte has come for a while. The SDK has a time-out for the headers alone,
 * and swallows the pings that tell a slow answer from a dead connection.
 */
export function watchIdle(inner: typeof fetch, ms: number): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await inner(input, init);
    if (response.body === null) return response;
    const body = new WatchedBody(response.body, ms);
    // The SDK reads an error's body whole, and only from a real one.
    if (!response.ok) return new Response(await textOf(body), response);
    // It takes any async iterable for the body of an answer. A stream around the stream would be a turn more for every piece.
    return Object.defineProperty(response, "body", { value: body });
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

/** One timer for the whole answer, which looks when the last byte came: one for each piece would cost more than the piece. */
class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #ms: number;
  /** Since when a byte is waited for; null while nobody wants one. */
  #waitingSince: number | null = null;
  #silence: IdleError | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(body: ReadableStream<Uint8Array>, ms: number) {
    this.#reader = body.getReader();
    this.#ms = ms;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#waitingSince = Date.now();
    this.#timer ??= setTimeout(() => this.#look(), this.#ms);
    let isOver = true;
    try {
      const { done, value } = await this.#reader.read();
      if (this.#silence) throw this.#silence;
      isOver = done;
      return done ? { done, value: undefined } : { done, value };
    } catch (error) {
      throw this.#silence ?? error;
    } finally {
      this.#waitingSince = null;
      if (isOver) clearTimeout(this.#timer);
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    clearTimeout(this.#timer);
    await this.#reader.cancel();
    return { done: true, value: undefined };
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#waitingSince === null) return;
    const left = this.#waitingSince + this.#ms - Date.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#look(), left);
      return;
    }
    this.#silence = new IdleError(`no byte for ${this.#ms} ms`);
    // Ends the read that waits; that the connection itself is broken by then does not matter any more.
    this.#reader.cancel(this.#silence).catch(() => undefined);
  }
}
