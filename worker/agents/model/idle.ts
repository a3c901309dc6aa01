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
    return new Response(watched(response.body, ms), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

/** One timer for the whole answer, which looks when the last byte came: one for each piece would cost more than the piece. */
function watched(body: ReadableStream<Uint8Array>, ms: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  /** Since when a byte is waited for; null while nobody wants one. */
  let waitingSince: number | null = null;
  let silence: IdleError | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    timer = undefined;
    if (waitingSince === null) return;
    const left = waitingSince + ms - Date.now();
    if (left > 0) {
      timer = setTimeout(look, left);
      return;
    }
    silence = new IdleError(`no byte for ${ms} ms`);
    // Ends the read that waits; that the connection itself is broken by then does not matter any more.
    reader.cancel(silence).catch(() => undefined);
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      waitingSince = Date.now();
      timer ??= setTimeout(look, ms);
      try {
        const { done, value } = await reader.read();
        waitingSince = null;
        if (silence) throw silence;
        if (!done) return controller.enqueue(value);
        clearTimeout(timer);
        controller.close();
      } catch (error) {
        clearTimeout(timer);
        controller.error(silence ?? error);
      }
    },
    cancel(reason) {
      clearTimeout(timer);
      return reader.cancel(reason);
    },
  });
}
