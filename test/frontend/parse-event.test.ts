import { describe, expect, it } from "vitest";
import { parseLiveFrame, parseRunEvent, runEventNames } from "../../frontend/src/api/parse-event.ts";
import { runEvent } from "../../worker/contract/index.ts";

describe("parseRunEvent", () => {
  it("parseRunEvent parses an event of a run's stream", () => {
    const event = { seq: 1, runId: "run_1", at: "2026-11-28T12:00:00.000Z", type: "text.delta", step: 1, text: "Hi" };
    expect(parseRunEvent(JSON.stringify(event))).toEqual(event);
  });

  it.each(["null", "[]", '{"type":"unheard.of","seq":1}', '{"seq":1}', "not JSON"])(
    "parseRunEvent throws for %s",
    (text) => {
      expect(() => parseRunEvent(text)).toThrow(SyntaxError);
    },
  );

  it("parseRunEvent knows every event type of the contract", () => {
    expect([...runEventNames].sort()).toEqual(runEvent.options.map(({ shape }) => shape.type.value).sort());
  });
});

describe("parseLiveFrame", () => {
  it("parseLiveFrame accepts a frame whose type only a newer server knows", () => {
    expect(parseLiveFrame('{"type":"weather","pos":4}')).toEqual({ type: "weather", pos: 4 });
  });

  it.each(["null", "{}", "7"])("parseLiveFrame throws for %s", (text) => {
    expect(() => parseLiveFrame(text)).toThrow(SyntaxError);
  });
});
