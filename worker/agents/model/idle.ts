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

function watched(body: ReadableStream<Uint8Array>, ms: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const idle = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new IdleError(`no byte for ${ms} ms`)), ms);
      });
      try {
        const { done, value } = await Promise.race([reader.read(), idle]);
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        await reader.cancel(error);
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
