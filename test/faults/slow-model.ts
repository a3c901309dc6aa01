import { createServer, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/**
 * A call that reached the model server. `beganAt` is when the client received the first event, which reports the cost
 * of the prompt.
 */
type Call = { inputTokens: number; outputTokens: number; beganAt: number | null; endedAt: number | null };

export type SlowModel = { url: string; calls: Call[]; close(): Promise<void> };

const inputTokens = 3_000;
const outputTokens = 400;
const deltas = 20;
const everyMs = 20;

/** The number of steps of a run: all calls but the last request a tool. */
const steps = 4;

/**
 * Starts a server of the Messages API whose responses take half a second each, and which records the cost that it has
 * reported.
 */
export async function startSlowModel(): Promise<SlowModel> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const results = Buffer.concat(chunks).toString("utf8").split('"type":"tool_result"').length - 1;
      await answer(response, results, calls);
    })().catch((error) => console.log(`the slow model: ${String(error)}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the slow model has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(response: ServerResponse, results: number, calls: Call[]): Promise<void> {
  const call: Call = { inputTokens, outputTokens, beganAt: null, endedAt: null };
  calls.push(call);
  const send = (type: string, data: object) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  const usage = { input_tokens: inputTokens, output_tokens: 1 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  send("message_start", {
    message: { id: `msg_${calls.length}`, type: "message", role: "assistant", model: "m", content: [], usage },
  });
  if (!response.destroyed) call.beganAt = performance.now();
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  for (let delta = 1; delta <= deltas && !response.destroyed; delta += 1) {
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text: "some more words " } });
    await pause(everyMs);
  }
  send("content_block_stop", { index: 0 });
  const isLast = results >= steps - 1;
  if (!isLast) {
    const tool = { type: "tool_use", id: `toolu_${calls.length}`, name: "list_files", input: {} };
    send("content_block_start", { index: 1, content_block: tool });
    send("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json: "{}" } });
    send("content_block_stop", { index: 1 });
  }
  send("message_delta", {
    delta: { stop_reason: isLast ? "end_turn" : "tool_use", stop_sequence: null },
    usage: { output_tokens: outputTokens },
  });
  send("message_stop", {});
  if (!response.destroyed) call.endedAt = performance.now();
  response.end();
}
