import { describe, expect, it } from "vitest";
import { withIdleTimeout } from "../../../worker/agents/model/idle-timeout.ts";

/** A response whose body sends some bytes, then nothing more, and does not end. */
const stalling = (status: number): typeof fetch => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("half of it")),
  });
  return async () => new Response(body, { status, headers: { "request-id": "req_1" } });
};

describe("a response that falls silent", () => {
  it("Reading a silent response fails after the idle timeout", async () => {
    const answer = await withIdleTimeout(stalling(200), 20)("https://model.invalid");
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of answer.body ?? []) pieces.push(new TextDecoder().decode(piece));
    })();
    await expect(reading).rejects.toThrow("nothing for 20 ms");
    expect(pieces).toEqual(["half of it"]);
  });

  it("a silent error response keeps its status and the text so far", async () => {
    const answer = await withIdleTimeout(stalling(529), 20)("https://model.invalid");
    expect(answer.status).toBe(529);
    expect(answer.headers.get("request-id")).toBe("req_1");
    expect(await answer.text()).toBe("half of it");
  });
});
