import { inject } from "vitest";
import { anthropicModel } from "../../../worker/agents/index.ts";
import type { Config } from "../../../worker/config/index.ts";
import type { OddAnswer, OddRequest } from "./odd-server.ts";
import { runOf } from "./run.ts";

const url = inject("oddUrl");
const ids = { fast: "qwen3-small", balanced: "qwen3-coder", deep: "qwen3-large" };

export const ev = (type: string, data: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
export const start = (usage: unknown = { input_tokens: 100, output_tokens: 1 }) =>
  ev("message_start", { message: { type: "message", role: "assistant", content: [], usage } });
export const text = (words: string, index = 0) =>
  ev("content_block_start", { index, content_block: { type: "text", text: "" } }) +
  ev("content_block_delta", { index, delta: { type: "text_delta", text: words } }) +
  ev("content_block_stop", { index });
export const tool = (id: string, name: string, input: object = {}, index = 0) =>
  ev("content_block_start", { index, content_block: { type: "tool_use", id, name, input: {} } }) +
  ev("content_block_delta", { index, delta: { type: "input_json_delta", partial_json: JSON.stringify(input) } }) +
  ev("content_block_stop", { index });
export const delta = (stop_reason: string | null, usage: unknown = { output_tokens: 9 }) =>
  ev("message_delta", { delta: { stop_reason }, usage });
export const stop = ev("message_stop");
export const say = (words: string) => start() + text(words) + delta("end_turn") + stop;
export const call = (name: string, input: object = {}) =>
  start() + tool(`toolu_${name}`, name, input) + delta("tool_use") + stop;
export const json = (body: unknown, status = 200): OddAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

let number = 0;

/**
 * Runs an agent against a server with these answers in order.
 * @returns the outcome and the requests the server received
 */
export async function against(
  answers: OddAnswer[],
  { path = "", idleMs = 5_000, ...changes }: Partial<Config["model"]> & { path?: string; idleMs?: number } = {},
  setting: Parameters<typeof runOf>[1] = {},
  logLevel: Config["logLevel"] = "silent",
) {
  const name = `case${++number}`;
  await fetch(`${url}/scripts/${name}`, { method: "PUT", body: JSON.stringify(answers) });
  const model: Config["model"] = {
    apiKey: "gateway-key",
    baseUrl: `${url}/${name}${path}`,
    isLoopback: true,
    headers: {},
    scripted: false,
    ids,
    prices: { fast: null, balanced: null, deep: null },
    ...changes,
  };
  const run = runOf(anthropicModel({ model, logLevel }, { idleMs }), setting);
  return {
    ...run,
    asked: async (): Promise<OddRequest[]> => (await fetch(`${url}/scripts/${name}`)).json(),
    retried: () => run.journal.log.flatMap((event) => (event.type === "step.retried" ? [event.reason] : [])),
    texts: () => run.journal.log.flatMap((event) => (event.type === "text.done" ? [event.text] : [])),
  };
}
