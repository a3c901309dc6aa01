import { describe, expect, it } from "vitest";
import { StreamDecoder } from "../../../worker/agents/model/anthropic-stream-decoder.ts";
import type { ModelEvent } from "../../../worker/agents/model/port.ts";
import { isRecord, type StreamEvent } from "../../../worker/agents/model/stream-events.ts";

// Streams of servers other than Claude's, and streams that end badly, as they arrive over the wire.

const start = { type: "message_start", message: { usage: { input_tokens: 3, output_tokens: 1 } } };
const block = (index: number | undefined, content_block: unknown) => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number | undefined, inner: unknown) => ({ type: "content_block_delta", index, delta: inner });
const stop = (index: number) => ({ type: "content_block_stop", index });
const reason = (stop_reason: string | null, usage: unknown = { output_tokens: 9 }) => ({
  type: "message_delta",
  delta: { stop_reason },
  usage,
});
const end = (stop_reason: string | null) => [reason(stop_reason), { type: "message_stop" }];
const text = (words: string, index = 0) => delta(index, { type: "text_delta", text: words });
const toolUse = (input: unknown = {}, index = 0, id: unknown = "t1") =>
  block(index, { type: "tool_use", id, name: "check", input });
const json = (partial_json: unknown, index = 0) => delta(index, { type: "input_json_delta", partial_json });
const done = { done: true };

const asEvent = (event: unknown): StreamEvent => {
  const data: unknown = JSON.parse(JSON.stringify(event));
  if (!isRecord(data)) throw new Error("not an event");
  return data.done === true ? { kind: "done" } : { kind: "event", type: String(data.type), data };
};

/**
 * Decodes a stream.
 * @returns all events for the loop, and which stream events added content
 */
function told(events: unknown[], takenIds: string[] = []) {
  const hearing = new StreamDecoder(takenIds);
  const said: ModelEvent[] = [];
  const progress: boolean[] = [];
  for (const event of events) {
    const hearsay = hearing.push(asEvent(event));
    let next = hearsay.next();
    for (; !next.done; next = hearsay.next()) said.push(next.value);
    progress.push(next.value);
  }
  const stage = hearing.stage;
  return { said: [...said, ...hearing.end()], progress, stage };
}

const heard = (...events: unknown[]) => told(events).said.at(-1);
const usageOf = (...events: unknown[]) =>
  told(events).said.findLast((event): event is Extract<ModelEvent, { type: "usage" }> => event.type === "usage");
const texts = (said: ModelEvent[]) => said.flatMap((event) => (event.type === "text_done" ? [event.text] : []));

describe("a streamed answer", () => {
  it("the decoder accepts a call's input in parts, complete at the start, as JSON text at the start, or absent", () => {
    const input = (...events: unknown[]) => heard(start, ...events, stop(0), ...end("tool_use"));
    const one = { content: [{ input: { a: 1 } }] };
    expect(input(toolUse(), json('{"a"'), json(""), json(":1}"))).toMatchObject(one);
    expect(input(toolUse({ a: 1 }))).toMatchObject(one);
    expect(input(toolUse('{"a":1}'))).toMatchObject(one);
    expect(input(toolUse(), json({ a: 1 }))).toMatchObject(one);
    // Encoded twice, and after an empty object in place of a first part.
    expect(input(toolUse(), json('"{\\"a\\":1}"'))).toMatchObject(one);
    expect(input(toolUse(), json("{}"), json('{"a":1}'))).toMatchObject(one);
    expect(input(toolUse({ a: 1 }), json("{}"))).toMatchObject(one);
    for (const none of [toolUse(), toolUse(null), toolUse(""), block(0, { type: "tool_use", id: "t", name: "check" })])
      expect(input(none)).toMatchObject({ content: [{ input: {} }] });
  });

  it.each(["null", "[]", '""', '"null"', '" "', "  "])(
    "the decoder takes %s for the input of a call without arguments",
    (given) => {
      for (const call of [[toolUse(), json(given)], [toolUse(given)]]) {
        const answer = heard(start, ...call, stop(0), ...end("tool_use"));
        expect(answer).toMatchObject({ type: "done", content: [{ type: "tool_use", input: {} }] });
        expect(answer).not.toMatchObject({ content: [{ fault: expect.anything() }] });
      }
    },
  );

  it.each(['{"a":1', "[1]", '"text"', "7", "{}{}"])(
    "the decoder marks an input that is not a JSON object as not_json: %s",
    (given) => {
      const answer = heard(start, toolUse(), json(given), stop(0), ...end("tool_use"));
      expect(answer).toMatchObject({ type: "done", content: [{ input: {}, fault: "not_json" }] });
    },
  );

  it.each(["max_tokens", "length"])(
    "the decoder marks the last call of a truncated answer as cut, even when its input looks complete: %s",
    (why) => {
      const answer = heard(start, toolUse(), json('{"a":1}'), stop(0), ...end(why));
      expect(answer).toMatchObject({ stopReason: "max_tokens", content: [{ input: {}, fault: "cut" }] });
    },
  );

  it("the decoder derives the stop reason tool_use from calls, whatever the server sends", () => {
    expect(heard(start, toolUse(), stop(0), ...end("end_turn"))).toMatchObject({ stopReason: "tool_use" });
    expect(heard(start, toolUse(), stop(0), ...end(null))).toMatchObject({ stopReason: "tool_use" });
    expect(heard(start, ...end("tool_use"))).toMatchObject({ stopReason: "end_turn", content: [] });
    expect(heard(start, ...end("stop_sequence"))).toMatchObject({ stopReason: "end_turn" });
    expect(heard(start, text("Hi"), ...end(null))).toMatchObject({ stopReason: "end_turn", content: [{ text: "Hi" }] });
  });

  it("the decoder keeps thoughts unchanged, and drops one without a signature", () => {
    const thought = (signed: boolean) => [
      block(0, { type: "thinking" }),
      delta(0, { type: "thinking_delta", thinking: "Hm" }),
      ...(signed ? [delta(0, { type: "signature_delta", signature: "sig" })] : []),
      stop(0),
      block(1, { type: "redacted_thinking", data: "xyz" }),
      stop(1),
    ];
    const hidden = { type: "redacted_thinking", data: "xyz" };
    expect(heard(start, ...thought(true), ...end("end_turn"))).toMatchObject({
      content: [{ type: "thinking", thinking: "Hm", signature: "sig" }, hidden],
    });
    expect(heard(start, ...thought(false), ...end("end_turn"))).toMatchObject({ content: [hidden] });
  });

  it("the decoder reports a missing end as cut, and a full context as context_overflow", () => {
    expect(heard(start)).toMatchObject({ type: "failed", failure: { kind: "cut" } });
    expect(heard(start, text("Half"))).toMatchObject({ type: "failed", failure: { kind: "cut" } });
    expect(heard(start, ...end("model_context_window_exceeded"))).toMatchObject({
      failure: { kind: "context_overflow" },
    });
  });

  it("the decoder completes an answer at its stop reason, its message_stop or [DONE]", () => {
    const said = { type: "done", content: [{ type: "text", text: "All." }] };
    expect(heard(start, text("All."), reason("end_turn"))).toMatchObject(said);
    expect(heard(start, text("All."), { type: "message_stop" })).toMatchObject(said);
    expect(heard(start, text("All."), done)).toMatchObject(said);
    expect(told([start, text("All."), reason("end_turn")]).stage).toBe("stopping");
    expect(told([start, text("All."), ...end("end_turn")]).stage).toBe("ended");
  });

  it("the decoder separates blocks that share an index, have none, or were never started or stopped", () => {
    const shared = told([
      start,
      text("One."),
      toolUse({}, 0, "a"),
      json("{}"),
      toolUse({}, 0, "b"),
      json('{"c":1}'),
      ...end("tool_use"),
    ]);
    expect(shared.said.at(-1)).toMatchObject({
      content: [{ text: "One." }, { id: "a", input: {} }, { id: "b", input: { c: 1 } }],
    });
    expect(texts(shared.said)).toEqual(["One."]);
    const none = told([
      start,
      delta(undefined, { text: "Here" }),
      block(undefined, { type: "text" }),
      delta(undefined, { text: "There" }),
      ...end("end_turn"),
    ]);
    expect(texts(none.said)).toEqual(["Here", "There"]);
  });

  it("the decoder does not append text to a thought with the same index", () => {
    const thought = [block(0, { type: "thinking", thinking: "" }), delta(0, { thinking: "Hm" })];
    expect(heard(start, ...thought, text("Said."), ...end("end_turn"))).toMatchObject({ content: [{ text: "Said." }] });
  });

  it("the decoder gives a call a new id when the server repeats one or sends none", () => {
    const ids = (given: unknown[], taken: string[] = []) => {
      const calls = given.flatMap((id, index) => [toolUse({}, index, id), stop(index)]);
      const last = told([start, ...calls, ...end("tool_use")], taken).said;
      const started = last.flatMap((event) => (event.type === "tool_start" ? [event.id] : []));
      const answer = last.at(-1);
      const kept =
        answer?.type === "done" ? answer.content.flatMap((one) => (one.type === "tool_use" ? [one.id] : [])) : [];
      expect(started).toEqual(kept);
      return new Set(kept).size;
    };
    expect(ids(["call_0", "call_0"])).toBe(2);
    expect(ids(["", "", undefined, null, 0, 0])).toBe(6);
    const again = told([start, toolUse({}, 0, "call_0"), ...end("tool_use")], ["call_0"]).said.at(-1);
    expect(again).not.toMatchObject({ content: [{ id: "call_0" }] });
  });

  it("the decoder accepts a complete message in place of a stream or at its start", () => {
    const whole = {
      type: "message",
      content: [{ type: "text", text: "Whole." }],
      stop_reason: "end_turn",
      usage: { input_tokens: 5, output_tokens: 2 },
    };
    expect(heard(whole)).toMatchObject({ type: "done", content: [{ text: "Whole." }], stopReason: "end_turn" });
    expect(usageOf(whole)).toMatchObject({ usage: { inputTokens: 5, outputTokens: 2 }, isFinal: true });
    expect(heard({ type: "message_start", message: whole }, { type: "message_stop" })).toMatchObject({
      content: [{ text: "Whole." }],
    });
  });

  it("the decoder never splits a surrogate pair", () => {
    const { said } = told([start, text("Hi \ud83d"), text("\ude00!"), ...end("end_turn")]);
    expect(said.flatMap((event) => (event.type === "text" ? [event.text] : []))).toEqual(["Hi ", "😀!"]);
    expect(texts(told([start, text("Hi \ud83d"), ...end("end_turn")]).said)).toEqual(["Hi \ufffd"]);
  });

  it("the decoder counts only content as progress, not pings, unknown events and empty deltas", () => {
    const { progress } = told([
      start,
      { type: "ping" },
      { type: "news" },
      text(""),
      json(""),
      text("A"),
      start,
      reason(null),
    ]);
    expect(progress).toEqual([true, false, false, false, false, true, false, false]);
  });

  it("the decoder truncates an answer above the maximum length", () => {
    const long = Array.from({ length: 80 }, () => text("x".repeat(10_000)));
    const { said, stage } = told([start, ...long]);
    expect(stage).toBe("ended");
    expect(said.at(-1)).toMatchObject({ type: "done", stopReason: "max_tokens" });
  });

  it.each([
    ["a delta of text", [text("x".repeat(3_000_000))]],
    ["the start of a block", [block(0, { type: "text", text: "x".repeat(3_000_000) })]],
    ["a thought", [delta(0, { type: "thinking_delta", thinking: "x".repeat(3_000_000) })]],
    ["a call's input", [toolUse(), json(`{"a":"${"x".repeat(3_000_000)}"}`)]],
    ["a call's whole input", [toolUse({ a: "x".repeat(3_000_000) })]],
    ["a hidden thought", [block(0, { type: "redacted_thinking", data: "x".repeat(3_000_000) })]],
  ])("the decoder truncates an answer above the maximum length within one event: %s", (_, events) => {
    const { said } = told([start, ...events, text("y".repeat(600_000), 1), ...end("end_turn")]);
    const done = said.at(-1);
    expect(done).toMatchObject({ type: "done", stopReason: "max_tokens" });
    expect(JSON.stringify(said.filter(({ type }) => type !== "text")).length).toBeLessThan(2_000_000);
    expect(JSON.stringify(done).length).toBeLessThan(650_000);
  });

  it("the decoder truncates a whole message above the maximum length", () => {
    const content = ["x", "y"].map((letter) => ({ type: "text", text: letter.repeat(3_000_000) }));
    const done = heard({ type: "message", content, stop_reason: "end_turn" });
    expect(done).toMatchObject({ type: "done", stopReason: "max_tokens", content: [{ text: "x".repeat(600_000) }] });
  });

  it("the decoder cuts a call's name and id at 200 characters", () => {
    const call = { type: "tool_use", id: "i".repeat(3_000_000), name: "n".repeat(3_000_000) };
    const done = heard(start, block(0, call), stop(0), ...end("tool_use"));
    expect(done).toMatchObject({ content: [{ id: "i".repeat(200), name: "n".repeat(200) }] });
  });

  it("the decoder reports a tool input without a tool as not_understood", () => {
    expect(heard(start, json('{"a":1}'), ...end("tool_use"))).toMatchObject({ failure: { kind: "not_understood" } });
  });

  it.each([
    [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded"],
    [{ type: "error", error: { type: "rate_limit_error", message: "Slow down" } }, "rate_limited"],
    [{ type: "error", error: { message: "upstream broke" } }, "cut"],
    [{ type: "error", error: { code: 402, message: "No credits left" } }, "auth"],
    [{ type: "error", error: { code: "429", message: "Slow down" } }, "rate_limited"],
    [{ type: "error", error: { code: "context_length_exceeded", message: "No." } }, "context_overflow"],
    [{ type: "error", error: "prompt is too long" }, "context_overflow"],
  ])("the decoder reports an error event inside the stream: %j", (error, kind) => {
    expect(heard(start, text("So far"), error)).toMatchObject({ type: "failed", failure: { kind } });
  });

  it("the decoder ignores an error after the stop reason", () => {
    const error = { type: "error", error: { type: "api_error", message: "upstream closed" } };
    const { said, stage } = told([start, text("All."), reason("end_turn"), error]);
    expect(stage).toBe("ended");
    expect(said.at(-1)).toMatchObject({ type: "done", content: [{ text: "All." }], stopReason: "end_turn" });
  });
});

describe("the usage figures of a stream", () => {
  const first = (usage: unknown) => ({ type: "message_start", message: { usage } });
  const figures = (one: unknown, two: unknown) => usageOf(first(one), reason("end_turn", two))?.usage;

  it("Usage figures are never replaced by 0 or by missing ones", () => {
    expect(figures({ input_tokens: 50_000, output_tokens: 0 }, { input_tokens: 0, output_tokens: 12 })).toMatchObject({
      inputTokens: 50_000,
      outputTokens: 12,
    });
    for (const nothing of [null, {}, { input_tokens: null, output_tokens: null }, { output_tokens: -1 }, 7]) {
      expect(figures({ input_tokens: 100, output_tokens: 1 }, nothing)).toMatchObject({
        inputTokens: 100,
        outputTokens: 1,
      });
    }
  });

  it("Usage figures may arrive late, as text, and split differently", () => {
    expect(figures(undefined, { input_tokens: "100", output_tokens: "9" })).toMatchObject({
      inputTokens: 100,
      outputTokens: 9,
    });
    expect(
      figures({ input_tokens: 100 }, { input_tokens: 5, cache_read_input_tokens: 95, output_tokens: 1 }),
    ).toMatchObject({
      inputTokens: 5,
      cacheReadTokens: 95,
    });
    expect(
      figures({ input_tokens: 3, cache_read_input_tokens: 5_000 }, { input_tokens: 12, output_tokens: 1 }),
    ).toMatchObject({
      inputTokens: 12,
      cacheReadTokens: 5_000,
    });
  });

  it("Usage figures are final once the end has reported the output tokens", () => {
    expect(usageOf(first({ output_tokens: 1 }))).toMatchObject({ isFinal: false });
    expect(usageOf(first({ output_tokens: 1 }), reason("end_turn", { output_tokens: 0 }))).toMatchObject({
      isFinal: false,
    });
    expect(usageOf(first({ output_tokens: 1 }), reason("end_turn"))).toMatchObject({ isFinal: true });
  });
});
