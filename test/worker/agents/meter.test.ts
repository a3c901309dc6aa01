import { describe, expect, it } from "vitest";
import { Meter } from "../../../worker/agents/model/meter.ts";
import type { ModelEvent } from "../../../worker/agents/model/port.ts";
import type { TokenUsage } from "../../../worker/billing/index.ts";

const figures = (one: Partial<TokenUsage> = {}): TokenUsage => ({
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  ...one,
});
const said = (usage: Partial<TokenUsage>, isFinal = false): ModelEvent => ({
  type: "usage",
  usage: figures(usage),
  isFinal,
});
const text = (characters: number): ModelEvent => ({ type: "text", text: "x".repeat(characters) });

function metered(...events: ModelEvent[]): Meter {
  const meter = new Meter({ maxTokens: 8_000 }, 1_200);
  for (const event of events) meter.hear(event);
  return meter;
}

describe("the cost of a model call", () => {
  it("a complete answer costs what its server reports", () => {
    const meter = metered(
      said({ inputTokens: 100, outputTokens: 1 }),
      text(3_000),
      said({ inputTokens: 100, outputTokens: 750 }, true),
    );
    expect(meter.usage("whole")).toEqual(figures({ inputTokens: 100, outputTokens: 750 }));
    expect(meter.usage("cancelled")).toEqual(figures({ inputTokens: 100, outputTokens: 750 }));
  });

  it.each(["broken", "cancelled"] as const)("a %s answer is estimated by what was streamed", (end) => {
    const meter = metered(
      said({ inputTokens: 100, outputTokens: 1 }),
      text(3_000),
      { type: "unseen", text: "y".repeat(3_000) },
      { type: "tool_start", id: "t", name: "abc" },
      { type: "tool_json", id: "t", json: "z".repeat(3_000) },
    );
    expect(meter.usage(end)).toEqual(figures({ inputTokens: 100, outputTokens: 3_001 }));
  });

  it("a prompt is estimated when the server does not report it", () => {
    expect(metered(said({}), text(30), said({}, false)).usage("whole")).toEqual(
      figures({ inputTokens: 1_200, outputTokens: 10 }),
    );
    expect(metered(text(30)).usage("broken")).toEqual(figures({ inputTokens: 1_200, outputTokens: 10 }));
    expect(metered(said({ cacheReadTokens: 7 })).usage("broken")).toEqual(figures({ cacheReadTokens: 7 }));
  });

  it("a rejected request costs nothing, and an aborted one costs the prompt", () => {
    expect(metered().usage("broken")).toEqual(figures());
    expect(metered().usage("cancelled")).toEqual(figures({ inputTokens: 1_200 }));
  });

  it("a preliminary output count is used when no other follows and it is plausible", () => {
    expect(metered(said({ inputTokens: 100, outputTokens: 1 }), text(22)).usage("whole").outputTokens).toBe(1);
    expect(metered(said({ inputTokens: 100, outputTokens: 1 }), text(3_000)).usage("whole").outputTokens).toBe(1_000);
  });

  it("the output estimate never exceeds maxTokens", () => {
    expect(metered(text(90_000)).usage("cancelled").outputTokens).toBe(8_000);
  });

  it("Characters of dense scripts are estimated at one token each", () => {
    expect(metered({ type: "text", text: "日本語で話す" }).usage("broken").outputTokens).toBe(6);
  });
});
