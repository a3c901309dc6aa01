/**
 * Memory that takes one stream after the other. Pieces of a stream would each be memory of their own, which V8 counts but
 * lets lie until there are tens of megabytes of them; this is all that any number of streams takes.
 */
export class ReusableBuffer {
  private readonly bytes: number;
  private buffer: ArrayBuffer;

  /** @param bytes of the longest stream that is going to be read */
  constructor(bytes: number) {
    // One more than is needed: a stream that has filled all of it might go on.
    this.bytes = bytes + 1;
    this.buffer = new ArrayBuffer(this.bytes);
  }

  /**
   * Reads a byte stream to its end, and shows what it had until the next one is read.
   * @param from leaves so many bytes free before it
   * @throws RangeError when it is longer than there is room
   */
  async fill(stream: ReadableStream<Uint8Array>, from = 0): Promise<Uint8Array> {
    // A read that failed has taken the memory along.
    if (this.buffer.byteLength !== this.bytes) this.buffer = new ArrayBuffer(this.bytes);
    const reader = stream.getReader({ mode: "byob" });
    let filled = from;
    for (;;) {
      // A read takes the memory away, and gives it back with what it has read.
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
