import { describe, expect, it } from "vitest";
import { ReusableBuffer } from "../../../worker/database/reusable-buffer.ts";

function streamOf(...pieces: string[]): ReadableStream<Uint8Array> {
  const waiting = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const next = waiting.shift();
      if (next) return controller.enqueue(next);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

function brokenStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ type: "bytes", pull: (controller) => controller.error(new Error("lost")) });
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("a reusable buffer", () => {
  it("A reusable buffer contains one whole stream, and then the next", async () => {
    const memory = new ReusableBuffer(11);
    expect(text(await memory.fill(streamOf("hello", " ", "world")))).toBe("hello world");
    expect(text(await memory.fill(streamOf("bye")))).toBe("bye");
    expect(text(await memory.fill(streamOf()))).toBe("");
  });

  it("A reusable buffer can leave room before a stream", async () => {
    const filled = await new ReusableBuffer(8).fill(streamOf("abc"), 5);
    expect(filled.length).toBe(8);
    expect(text(filled.subarray(5))).toBe("abc");
  });

  it("A reusable buffer refuses a stream that is too long, and reads the next", async () => {
    const memory = new ReusableBuffer(4);
    await expect(memory.fill(streamOf("abcd", "e"))).rejects.toThrow(RangeError);
    expect(text(await memory.fill(streamOf("abcd")))).toBe("abcd");
  });

  it("A reusable buffer reads the next stream after a stream that was cut off", async () => {
    const memory = new ReusableBuffer(4);
    await expect(memory.fill(brokenStream())).rejects.toThrow("lost");
    expect(text(await memory.fill(streamOf("abcd")))).toBe("abcd");
  });
});
