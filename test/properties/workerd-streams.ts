// The streams that workerd has and Node lacks, for code that the properties call without a Worker.
// test/worker/http/archives.happy.test.ts shows that the real ones yield the same archives.

import { CompressionStream as NodeCompressionStream } from "node:stream/web";

/** Like workerd's, a write resolves when its bytes have been taken, and the writer may reuse its memory. */
class TakenStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    super({ transform: (piece, controller) => controller.enqueue(piece.slice()) });
  }
}

/** Node's stream, with byte reads. */
class ByteCompressionStream {
  readonly writable: WritableStream<Uint8Array>;
  readonly readable: ReadableStream<Uint8Array>;

  constructor(format: "deflate-raw") {
    const inner = new NodeCompressionStream(format);
    this.writable = inner.writable;
    const reader = inner.readable.getReader();
    this.readable = new ReadableStream({
      type: "bytes",
      async pull(controller) {
        const { value, done } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }
}

Object.assign(globalThis, { IdentityTransformStream: TakenStream, CompressionStream: ByteCompressionStream });
