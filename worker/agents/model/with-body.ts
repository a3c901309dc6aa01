/**
 * Replaces a response's body with an async iterable. `body` is a read-only accessor of `Response`, and a stream around
 * the iterable would cost a turn of the event loop per chunk, so this redefines the property on the one object.
 *
 * The SDK has neither a timeout between the chunks of a response nor access to its pings, and reads any async iterable as the body
 * of a successful response: github.com/anthropics/anthropic-sdk-typescript/issues/867 and 749.
 */
export const withBody = (response: Response, body: AsyncIterable<Uint8Array>): Response =>
  Object.defineProperty(response, "body", { value: body });
