/**
 * A response whose body is read from an async iterable. `body` is a read-only accessor of `Response`, and a stream around the
 * iterable would cost a turn of the event loop for every piece, so the property is defined anew on this one object.
 *
 * The SDK has neither a time-out between the pieces of an answer nor a way to see its pings, and reads whatever async iterable
 * it finds as the body of a successful response: github.com/anthropics/anthropic-sdk-typescript/issues/867 and 749.
 */
export const withBody = (response: Response, body: AsyncIterable<Uint8Array>): Response =>
  Object.defineProperty(response, "body", { value: body });
