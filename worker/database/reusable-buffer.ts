import { type Holder, metrics } from "../monitoring/index.ts";

/**
 * A buffer that holds one stream after the other. Chunks of a stream would be separate ArrayBuffers, which V8 collects
 * only after tens of megabytes; any number of streams shares this one.
 */
export class ReusableBuffer implements Holder {
  private readonly bytes: number;
  private buffer: ArrayBuffer;

  /** @param bytes the maximum length of a stream */
  constructor(bytes: number) {
    // One extra byte detects a stream that is longer than the maximum.
    this.bytes = bytes + 1;
    this.buffer = new ArrayBuffer(this.bytes);
    metrics.held.watch(this);
  }

  heldBytes(): number {
    return this.bytes;
  }

  /**
   * Reads a byte stream to its end.
   * @param from the offset at which the stream's bytes begin
   * @returns the bytes, valid until the next call
   * @throws RangeError when the stream is longer than the buffer
   */
  async fill(stream: ReadableStream<Uint8Array>, from = 0): Promise<Uint8Array> {
    // A failed read has detached the buffer.
    if (this.buffer.byteLength !== this.bytes) this.buffer = new ArrayBuffer(this.bytes);
    const reader = stream.getReader({ mode: "byob" });
    let filled = from;
    for (;;) {
      // A BYOB read detaches the buffer, and returns it with the bytes read.
      const { value, done } = await reader.read(new Uint8Array(this.buffer, filled));
      if (value) {
        this.buffer = value.buffer;
        filled += value.byteLength;
      }
      if (done) return new Uint8Array(this.buffer, 0, filled);
      if (filled === this.bytes) {
        await reader.cancel();
        throw new RangeError(`The stream is longer than ${this.bytes - 1 - from} bytes.`);
      }
    }
  }
}
