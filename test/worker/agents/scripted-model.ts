import type { ModelEvent, ModelFailure, ModelPort, ModelRequest, TurnBlock } from "../../../worker/agents/index.ts";
import { listedPrice } from "../../../worker/billing/prices.ts";

const free = () => ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 });

export type Call = { name: string; input: Record<string, unknown> };
/**
 * One answer of the model: its texts and calls, a failure (after some text, if any), or silence until it is aborted.
 */
export type Answer =
  | {
      say?: string;
      calls?: Call[];
      stop?: "end_turn" | "tool_use" | "max_tokens" | "pause_turn" | "refusal";
      cutCall?: boolean;
    }
  | { fail: ModelFailure["kind"]; after?: string }
  | { hang: true; after?: string };

export const call = (name: string, input: Record<string, unknown> = {}): Call => ({ name, input });

/** A model with predefined answers, in order, which records its requests. */
export function scriptedModel(answers: Answer[], modelId = "scripted"): ModelPort & { asked: ModelRequest[] } {
  const left = [...answers];
  const asked: ModelRequest[] = [];
  return {
    asked,
    modelId: () => modelId,
    priceOf: () => listedPrice(modelId) ?? free,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      asked.push(structuredClone(request));
      const answer = left.shift();
      if (answer === undefined) throw new Error("the script has no more answers");
      yield { type: "usage", usage: { inputTokens: 100, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 } };
      if ("hang" in answer) {
        if (answer.after) yield { type: "text", text: answer.after };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return;
      }
      if ("fail" in answer) {
        if (answer.after) yield { type: "text", text: answer.after };
        yield { type: "failed", failure: { kind: answer.fail, detail: `scripted: ${answer.fail}` } };
        return;
      }
      yield* spoken(answer, asked.length);
    },
  };
}

function* spoken(answer: Extract<Answer, { calls?: Call[] }>, turn: number): Generator<ModelEvent> {
  const { say, calls = [], cutCall = false } = answer;
  const content: TurnBlock[] = [];
  if (say !== undefined) {
    yield { type: "text", text: say };
    yield { type: "text_done", text: say };
    content.push({ type: "text", text: say });
  }
  for (const [place, { name, input }] of calls.entries()) {
    const id = `toolu_${turn}_${place}`;
    yield { type: "tool_start", id, name };
    yield { type: "tool_json", id, json: JSON.stringify(input) };
    const cut = cutCall && place === calls.length - 1;
    content.push({ type: "tool_use", id, name, input: cut ? {} : input, ...(cut ? { fault: "cut" as const } : {}) });
  }
  const usage = { inputTokens: 100, outputTokens: 50, cacheReadTokens: 10, cacheWriteTokens: 5 };
  yield { type: "usage", usage, isFinal: true };
  yield { type: "done", content, stopReason: answer.stop ?? (calls.length > 0 ? "tool_use" : "end_turn") };
}
