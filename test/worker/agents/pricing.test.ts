import { describe, expect, it } from "vitest";
import { priced, priceOf } from "../../../worker/agents/pricing.ts";

const tokens = { inputTokens: 10_000, outputTokens: 2_000, cacheReadTokens: 50_000, cacheWriteTokens: 4_000 };

describe("the price of an answer", () => {
  it.each([
    ["claude-opus-5-5", 10_000 * 4 + 2_000 * 20 + 50_000 * 0.2 + 4_000 * 5],
    ["claude-sonnet-5-5", 10_000 * 2 + 2_000 * 10 + 50_000 * 0.1 + 4_000 * 2.5],
    ["claude-haiku-5-5", 10_000 * 0.1 + 2_000 * 0.5 + 50_000 * 0.01 + 4_000 * 0.125],
    ["claude-opus-4-1-20250805", 10_000 * 15 + 2_000 * 75 + 50_000 * 1.5 + 4_000 * 18.75],
  ])("is counted in micro-dollars: %s", (model, microUsd) => {
    expect(priced(tokens, model).microUsd).toBe(Math.round(microUsd));
  });

  it("is higher for a long prompt where the model's price list says so", () => {
    expect(priceOf("claude-haiku-5-5", 100_001).input).toBe(0.5);
    expect(priceOf("claude-haiku-5-5", 100_000).input).toBe(0.1);
    expect(priceOf("claude-sonnet-5-5", 500_000).input).toBe(2);
  });

  it("is nothing for a model that is not on the list, and never rounds down", () => {
    expect(priced(tokens, "qwen3-coder").microUsd).toBe(0);
    expect(priced(tokens, "scripted").microUsd).toBe(0);
    const one = { inputTokens: 1, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(priced(one, "claude-haiku-5-5").microUsd).toBe(1);
  });
});
