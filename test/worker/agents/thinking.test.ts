import { describe, expect, it } from "vitest";
import type { ModelRequest } from "../../../worker/agents/index.ts";
import { paramsOf } from "../../../worker/agents/model/anthropic-request.ts";
import { thinkingOf } from "../../../worker/agents/model/thinking.ts";

describe("thinking", () => {
  it.each(["claude-opus-5-5", "claude-opus-4-6", "claude-sonnet-5", "claude-opus-4-7-20260501", "claude-haiku-5-5"])(
    "the deep tier's model decides its own thinking: %s",
    (model) => expect(thinkingOf("deep", model, 32_000)).toEqual({ type: "adaptive" }),
  );

  it.each(["claude-opus-4-5", "claude-opus-4-1-20250805", "claude-sonnet-4-20250514", "claude-haiku-4-5-20251001"])(
    "the deep tier's older model gets a thinking budget: %s",
    (model) => {
      expect(thinkingOf("deep", model, 32_000)).toEqual({ type: "enabled", budget_tokens: 8_000 });
      expect(thinkingOf("deep", model, 3_000)).toEqual({ type: "enabled", budget_tokens: 1_500 });
      expect(thinkingOf("deep", model, 600)).toBeNull();
    },
  );

  it("Other tiers and other models get no thinking parameter", () => {
    expect(thinkingOf("balanced", "claude-sonnet-5-5", 32_000)).toBeNull();
    expect(thinkingOf("fast", "claude-haiku-5-5", 32_000)).toBeNull();
    for (const model of ["edgesmith-scripted", "qwen3-coder", "claude-3-haiku-20240307"]) {
      expect(thinkingOf("deep", model, 32_000)).toBeNull();
    }
  });

  const thought = { type: "thinking" as const, thinking: "Hm", signature: "sig" };
  const hidden = { type: "redacted_thinking" as const, data: "xyz" };
  const request: ModelRequest = {
    tier: "deep",
    system: { stable: "You build.", own: "" },
    tools: [],
    messages: [
      { role: "user", content: [{ type: "text", text: "Go" }] },
      { role: "assistant", content: [thought, hidden, { type: "text", text: "Half" }] },
      { role: "user", content: [{ type: "text", text: "On" }] },
    ],
    maxTokens: 32_000,
  };

  it("a thought is sent back unchanged", () => {
    const { messages, thinking } = paramsOf(request, "claude-opus-5-5", true);
    expect(thinking).toEqual({ type: "adaptive" });
    expect(messages[1]?.content).toEqual([thought, hidden, { type: "text", text: "Half" }]);
  });

  it("a thought does not affect a result that ends in half a surrogate pair", () => {
    const half = { type: "tool_result" as const, toolUseId: "t", content: "cut \ud83d", isError: false };
    const { messages } = paramsOf({ ...request, messages: [{ role: "user", content: [half] }] }, "claude", true);
    expect(JSON.stringify(messages)).not.toContain("\\ud83d");
  });

  it("Thinking is not requested of a server that is not Claude's", () => {
    expect(paramsOf(request, "claude-opus-5-5", false)).not.toHaveProperty("thinking");
  });
});
