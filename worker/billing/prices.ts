import type { Config, ModelPrice } from "../config/index.ts";
import type { ModelTier, Usage } from "../contract/index.ts";
import { claudeNameOf } from "./claude-name.ts";

export type TokenUsage = {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
};

/**
 * @param promptTokens the size of the prompt, including cached tokens
 * @returns the price of each kind of token
 */
export type PriceAt = (promptTokens: number) => ModelPrice;

/** Micro-dollars per token, which is the same number as dollars per million tokens. */
export type Price = ModelPrice;

const price = (input: number, output: number, cacheRead: number): Price => ({
  input,
  output,
  cacheRead: input * cacheRead,
  cacheWrite: input * 1.25,
});

/** Prompts with more tokens, including cached ones, have a higher price on some models. */
const longPrompt = 100_000;

type Row = { model: RegExp; price: Price; long?: Price };

/**
 * Prices by family and version; the first match counts.
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

/** The highest listed price per tier, assumed for a model of unknown price. */
const highest: Record<ModelTier, Price> = {
  fast: price(1, 5, 1),
  balanced: price(3, 15, 1),
  deep: price(15, 75, 1),
};

const free: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
/** Prices every call at nothing: the scripted model's price. */
export const freePrice: PriceAt = () => free;

/**
 * @param modelId the model's name at any gateway or cloud
 * @returns its listed price; null for a model that is not Claude
 */
export function listedPrice(modelId: string): PriceAt | null {
  const name = claudeNameOf(modelId);
  if (name === null) return null;
  const row = rows.find(({ model }) => model.test(name));
  // An unlisted family of Claude is charged at the highest listed price.
  if (row === undefined) return () => highest.deep;
  return (promptTokens) => (promptTokens > longPrompt && row.long ? row.long : row.price);
}

/**
 * The source of a tier's price: the operator, the list, or none. A model of unknown price is free at a loopback
 * address, where it runs on the operator's own machine, and costs the tier's highest listed price elsewhere.
 */
type PriceSource = "scripted" | "configured" | "listed" | "assumed" | "unknown";
export type TierPrice = { source: PriceSource; at: PriceAt };

/** @returns the price of a tier's model and its source; the scripted model is free */
export function tierPrice({ scripted, prices, ids, isLoopback }: Config["model"], tier: ModelTier): TierPrice {
  const configured = prices[tier];
  if (configured !== null) return { source: "configured", at: () => configured };
  const listed = listedPrice(ids[tier]);
  if (listed !== null) return { source: "listed", at: listed };
  if (scripted) return { source: "scripted", at: freePrice };
  return isLoopback ? { source: "unknown", at: freePrice } : { source: "assumed", at: () => highest[tier] };
}

/** The tiers, from the cheapest. */
export const tiers: readonly ModelTier[] = ["fast", "balanced", "deep"];

/** @returns a notice about unknown prices for the operators; null when all are known */
export function priceNotice(model: Config["model"]): string | null {
  const sentences = tiers.flatMap((tier) => {
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
  return sentences.length === 0 ? null : sentences.join(" ");
}

/** @returns the usage with its cost, rounded up, so that rounding never exceeds a budget */
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
