import type Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { Hearing } from "../../../worker/agents/model/anthropic-hearing.ts";

// Streams that servers other than Claude's send, and those that end badly. Written as they come over the wire.

const start = { type: "message_start", message: { usage: { input_tokens: 3, output_tokens: 1 } } };
const block = (index: number, content_block: unknown) => ({ type: "content_block_start", index, content_block });
const delta = (index: number, inner: unknown) => ({ type: "content_block_delta", index, delta: inner });
const stop = (index: number) => ({ type: "content_block_stop", index });
const end = (stop_reason: string) => [
  { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 9 } },
  { type: "message_stop" },
];
const toolUse = (input: unknown = {}) => block(0, { type: "tool_use", id: "t1", name: "check", input });
const json = (partial_json: string) => delta(0, { type: "input_json_delta", partial_json });

function heard(...events: unknown[]) {
  const hearing = new Hearing();
  for (const event of events)
    Array.from(hearing.hear(JSON.parse(JSON.stringify(event)) as Anthropic.RawMessageStreamEvent));
  return hearing.end();
}

describe("an answer put together from its stream", () => {
  it("takes a call's input in parts, whole at the start, or as none", () => {
    const input = (...events: unknown[]) => heard(start, ...events, stop(0), ...end("tool_use"));
    expect(input(toolUse(), json('{"a"'), json(":1}"))).toMatchObject({ content: [{ input: { a: 1 } }] });
    expect(input(toolUse({ a: 1 }))).toMatchObject({ content: [{ input: { a: 1 } }] });
    expect(input(toolUse())).toMatchObject({ content: [{ input: {} }] });
  });

  it.each(['{"a":1', "[1]", '"text"', "null", "{}{}"])(
    "does not believe an input that is no JSON object: %s",
    (text) => {
      const answer = heard(start, toolUse(), json(text), stop(0), ...end("tool_use"));
      expect(answer).toMatchObject({ type: "done", content: [{ input: {}, fault: "not_json" }] });
    },
  );

  it("does not believe the last call of an answer that was cut, even when it looks whole", () => {
    const answer = heard(start, toolUse(), json('{"a":1}'), stop(0), ...end("max_tokens"));
    expect(answer).toMatchObject({ stopReason: "max_tokens", content: [{ input: {}, fault: "cut" }] });
  });

  it("sees that there are calls, whatever reason a server gives", () => {
    expect(heard(start, toolUse(), stop(0), ...end("end_turn"))).toMatchObject({ stopReason: "tool_use" });
    expect(heard(start, ...end("tool_use"))).toMatchObject({ stopReason: "end_turn", content: [] });
    expect(heard(start, ...end("stop_sequence"))).toMatchObject({ stopReason: "end_turn" });
  });

  it("keeps thoughts as they came", () => {
    const thought = [
      block(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: "Hm" }),
      delta(0, { type: "signature_delta", signature: "sig" }),
      stop(0),
      block(1, { type: "redacted_thinking", data: "xyz" }),
      stop(1),
    ];
    expect(heard(start, ...thought, ...end("end_turn"))).toMatchObject({
      content: [
        { type: "thinking", thinking: "Hm", signature: "sig" },
        { type: "redacted_thinking", data: "xyz" },
      ],
    });
  });

  it("is broken when its end is missing, and too long when the context is full", () => {
    expect(heard(start)).toMatchObject({ type: "failed", failure: { kind: "cut" } });
    expect(heard(start, end("end_turn")[0])).toMatchObject({ type: "failed", failure: { kind: "cut" } });
    expect(heard(start, ...end("model_context_window_exceeded"))).toMatchObject({
      failure: { kind: "context_overflow" },
    });
  });
});
