import type { Config, ModelPrice } from "../config/index.ts";
import type { ModelTier, Usage } from "../contract/index.ts";
import { claudeNameOf } from "./claude-name.ts";

export type TokenUsage = {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
};

/** What a model costs for a prompt of so many tokens, cached ones included: micro-dollars a token of each kind. */
export type PriceAt = (promptTokens: number) => ModelPrice;

/** Micro-dollars a token, which is the same number as dollars a million tokens. */
export type Price = ModelPrice;

const price = (input: number, output: number, cacheRead: number): Price => ({
  input,
  output,
  cacheRead: input * cacheRead,
  cacheWrite: input * 1.25,
});

/** Above this many tokens of prompt, cached ones included, a model may cost more. */
const longPrompt = 100_000;

type Row = { model: RegExp; price: Price; long?: Price };

/**
 * By family and version, the first match counts.
 * Source: https://platform.claude.com/docs/en/about-claude/pricing, as of 2026-11 (cache writes are the 5-minute kind).
 */
const rows: Row[] = [
  { model: /^claude-opus-5-5/, price: price(4, 20, 0.05) },
  { model: /^claude-opus-(5|4-[5-8])(?!\d)/, price: price(5, 25, 0.1) },
  { model: /^claude-(3-)?opus/, price: price(15, 75, 0.1) },
  { model: /^claude-sonnet-5-5/, price: price(2, 10, 0.05) },
  { model: /^claude-sonnet-5/, price: price(2, 10, 0.1) },
  { model: /^claude-(3(-[57])?-)?sonnet/, price: price(3, 15, 0.1) },
  { model: /^claude-haiku-5-5/, price: price(0.1, 0.5, 0.1), long: price(0.5, 2.5, 0.1) },
  { model: /^claude-3-5-haiku/, price: price(0.8, 4, 0.1) },
  { model: /^claude-3-haiku/, price: price(0.25, 1.25, 0.1) },
  { model: /^claude-haiku/, price: price(1, 5, 0.1) },
  { model: /^claude-(fable|mythos)-5-[1-9]/, price: price(10, 50, 0.025) },
  { model: /^claude-(fable|mythos)/, price: price(10, 50, 0.1) },
];

/** The highest known price of the models that serve a tier: what stands in for a price that nobody knows. */
const highest: Record<ModelTier, Price> = {
  fast: price(1, 5, 1),
  balanced: price(3, 15, 1),
  deep: price(15, 75, 1),
};

const free: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
export const freePrice: PriceAt = () => free;

/** A model's price on the list, by whatever name a gateway or a cloud gives it; null for one that is not on it. */
export function listedPrice(modelId: string): PriceAt | null {
  const name = claudeNameOf(modelId);
  if (name === null) return null;
  const row = rows.find(({ model }) => model.test(name));
  // A Claude of a family that is not on the list costs as much as the dearest that is.
  if (row === undefined) return () => highest.deep;
  return (promptTokens) => (promptTokens > longPrompt && row.long ? row.long : row.price);
}

/**
 * Where a tier's price comes from: the operator, the list, or nowhere. A model of unknown price is free at a loopback
 * address, where it runs on the operator's own machine, and costs the tier's highest known price anywhere else.
 */
type PriceSource = "scripted" | "configured" | "listed" | "assumed" | "unknown";
export type TierPrice = { source: PriceSource; at: PriceAt };

/** What the model of a tier costs by its name; the stand-in by its own name costs nothing. */
export function tierPrice({ scripted, prices, ids, isLoopback }: Config["model"], tier: ModelTier): TierPrice {
  const configured = prices[tier];
  if (configured !== null) return { source: "configured", at: () => configured };
  const listed = listedPrice(ids[tier]);
  if (listed !== null) return { source: "listed", at: listed };
  if (scripted) return { source: "scripted", at: freePrice };
  return isLoopback ? { source: "unknown", at: freePrice } : { source: "assumed", at: () => highest[tier] };
}

const tiers: ModelTier[] = ["fast", "balanced", "deep"];

/** What the operator should know of prices that are not known: a sentence, or null where all are. */
export function priceNotice(model: Config["model"]): string | null {
  const told = tiers.flatMap((tier) => {
    const { source, at } = tierPrice(model, tier);
    if (source !== "assumed" && source !== "unknown") return [];
    const named = `The price of ${model.ids[tier]} (${tier} tier) is not known`;
    const { input, output } = at(0);
    const consequence =
      source === "assumed"
        ? `it is counted at $${input} and $${output} per million input and output tokens`
        : "it is counted as free, since its server runs on this machine, and a run with a budget in money is refused";
    return [
      `${named}: ${consequence}. Set MODEL_${tier.toUpperCase()}_PRICE, for example to "3/15", or to "0" if it costs nothing.`,
    ];
  });
  return told.length === 0 ? null : told.join(" ");
}

/** Adds the price to what was counted. Rounded up: a budget is never passed by rounding. */
export function priced(usage: TokenUsage, at: PriceAt): Usage {
  const rate = at(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
  const cost =
    usage.inputTokens * rate.input +
    usage.outputTokens * rate.output +
    usage.cacheReadTokens * rate.cacheRead +
    usage.cacheWriteTokens * rate.cacheWrite;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const microUsd = Math.max(0, Math.ceil(cost - 1e-6));
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microUsd };
}
