// The streams that workerd has and Node has not, for what the properties call without a Worker around it. That the real
// ones give the same archives is shown in test/worker/http/archives.happy.test.ts.

import { CompressionStream as NodeCompressionStream } from "node:stream/web";

/** Like workerd's, a write ends when its bytes have been taken, and the writer may use its memory again. */
class TakenStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    super({ transform: (piece, controller) => controller.enqueue(piece.slice()) });
  }
}

/** Node's, read by bytes. */
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
