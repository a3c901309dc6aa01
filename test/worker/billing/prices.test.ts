import { describe, expect, it } from "vitest";
import type { PriceAt } from "../../../worker/billing/index.ts";
import { listedPrice, priced, priceNotice, tierPrice } from "../../../worker/billing/prices.ts";
import type { Config } from "../../../worker/config/index.ts";

const tokens = { inputTokens: 10_000, outputTokens: 2_000, cacheReadTokens: 50_000, cacheWriteTokens: 4_000 };

const list = (modelId: string): PriceAt => listedPrice(modelId) ?? expect.fail(`${modelId} is not on the list`);

describe("the cost of a model call", () => {
  it.each([
    ["claude-opus-5-5", 10_000 * 4 + 2_000 * 20 + 50_000 * 0.2 + 4_000 * 5],
    ["claude-sonnet-5-5", 10_000 * 2 + 2_000 * 10 + 50_000 * 0.1 + 4_000 * 2.5],
    ["claude-haiku-5-5", 10_000 * 0.1 + 2_000 * 0.5 + 50_000 * 0.01 + 4_000 * 0.125],
    ["claude-opus-4-1-20250805", 10_000 * 15 + 2_000 * 75 + 50_000 * 1.5 + 4_000 * 18.75],
  ])("A cost is in micro-dollars: %s", (model, microUsd) => {
    expect(priced(tokens, list(model)).microUsd).toBe(Math.round(microUsd));
  });

  it("A cost is higher for a long prompt on a model with such a price", () => {
    expect(list("claude-haiku-5-5")(100_001).input).toBe(0.5);
    expect(list("claude-haiku-5-5")(100_000).input).toBe(0.1);
    expect(list("claude-sonnet-5-5")(500_000).input).toBe(2);
  });

  it("A cost is never rounded down", () => {
    const one = { inputTokens: 1, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(priced(one, list("claude-haiku-5-5")).microUsd).toBe(1);
  });

  it.each([
    ["claude-sonnet-4-5", 3],
    ["claude-sonnet-4-5-20250929", 3],
    ["anthropic/claude-sonnet-4.5", 3],
    ["openrouter/anthropic/claude-sonnet-4.5", 3],
    ["anthropic/claude-3.7-sonnet:thinking", 3],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3],
    ["bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", 3],
    ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0", 3],
    ["global.anthropic.claude-opus-4-5-20251101-v1:0", 5],
    ["vertex_ai/claude-opus-4-1@20250805", 15],
    ["claude-haiku-4-5@20251001", 1],
    ["claude-3-5-haiku-latest", 0.8],
    ["anthropic.claude-3-haiku-20240307-v1:0", 0.25],
    ["anthropic/claude-4.5-sonnet", 3],
    ["databricks-claude-sonnet-4", 3],
    ["Anthropic/Claude-Sonnet-5.5", 2],
  ])("A price is found by the name that a gateway or cloud gives to Claude: %s", (modelId, input) => {
    expect(list(modelId)(0).input).toBe(input);
  });

  it("The price of an unlisted Claude family is the highest listed price", () => {
    expect(list("anthropic/claude-saga-7")(0)).toMatchObject({ input: 15, output: 75 });
  });

  it("A price of another model is unknown", () => {
    for (const modelId of ["qwen3-coder", "gpt-5", "not-claudes", "claude", "openai/o5"])
      expect(listedPrice(modelId)).toBeNull();
  });
});

const model = (changes: Partial<Config["model"]> = {}): Config["model"] => ({
  apiKey: "key",
  baseUrl: "https://gateway.example",
  isLoopback: false,
  headers: {},
  scripted: false,
  ids: { fast: "qwen3-small", balanced: "qwen3-coder", deep: "claude-opus-5-5" },
  prices: { fast: null, balanced: null, deep: null },
  ...changes,
});

describe("the price of a tier", () => {
  it("A tier's unknown price is the tier's highest listed price, with a notice", () => {
    expect(tierPrice(model(), "balanced")).toMatchObject({ source: "assumed" });
    expect(tierPrice(model(), "balanced").at(0)).toMatchObject({ input: 3, output: 15, cacheRead: 3 });
    expect(tierPrice(model(), "deep")).toMatchObject({ source: "listed" });
    const notice = priceNotice(model());
    expect(notice).toContain("qwen3-coder (balanced tier)");
    expect(notice).toContain("MODEL_BALANCED_PRICE");
    expect(notice).toContain("qwen3-small");
    expect(notice).not.toContain("opus");
  });

  it("A tier's unknown price is zero at a loopback address, with a notice", () => {
    const local = model({ isLoopback: true });
    expect(tierPrice(local, "balanced").source).toBe("unknown");
    expect(priced(tokens, tierPrice(local, "balanced").at).microUsd).toBe(0);
    expect(priceNotice(local)).toContain("free");
  });

  it("A tier's configured price overrides the listed one", () => {
    const own = { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 1 };
    const set = model({ prices: { fast: own, balanced: own, deep: own } });
    expect(tierPrice(set, "deep")).toMatchObject({ source: "configured" });
    expect(priced(tokens, tierPrice(set, "deep").at).microUsd).toBe(10_000 + 4_000 + 25_000 + 4_000);
    expect(priceNotice(set)).toBeNull();
  });

  it("A tier's price is zero for the scripted model", () => {
    const scripted = model({ scripted: true, isLoopback: true });
    expect(tierPrice(scripted, "balanced")).toMatchObject({ source: "scripted" });
    expect(tierPrice(scripted, "balanced").at(0).output).toBe(0);
    expect(priceNotice(scripted)).toBeNull();
  });
});
