import type { Usage } from "../contract/index.ts";
import type { TokenUsage } from "./model/port.ts";

/** Micro-dollars a token, which is the same number as dollars a million tokens. */
export type Price = { input: number; output: number; cacheRead: number; cacheWrite: number };

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
  { model: /^claude-opus-(5|4-[5-8])/, price: price(5, 25, 0.1) },
  { model: /^claude-opus-4/, price: price(15, 75, 0.1) },
  { model: /^claude-sonnet-5-5/, price: price(2, 10, 0.05) },
  { model: /^claude-sonnet-5/, price: price(2, 10, 0.1) },
  { model: /^claude-sonnet/, price: price(3, 15, 0.1) },
  { model: /^claude-haiku-5-5/, price: price(0.1, 0.5, 0.1), long: price(0.5, 2.5, 0.1) },
  { model: /^claude-haiku/, price: price(1, 5, 0.1) },
  { model: /^claude-(fable|mythos)-5-[1-9]/, price: price(10, 50, 0.025) },
  { model: /^claude-(fable|mythos)/, price: price(10, 50, 0.1) },
];

const free: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** What a model costs for a prompt of this many tokens; a model that is not on the list, such as a local one, is free. */
export function priceOf(modelId: string, promptTokens: number): Price {
  const row = rows.find(({ model }) => model.test(modelId));
  if (row === undefined) return free;
  return promptTokens > longPrompt && row.long ? row.long : row.price;
}

/** Adds the price to what was counted. Rounded up: a budget is never passed by rounding. */
export function priced(usage: TokenUsage, modelId: string): Usage {
  const rate = priceOf(modelId, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
  const cost =
    usage.inputTokens * rate.input +
    usage.outputTokens * rate.output +
    usage.cacheReadTokens * rate.cacheRead +
    usage.cacheWriteTokens * rate.cacheWrite;
  return { ...usage, microUsd: Math.max(0, Math.ceil(cost - 1e-6)) };
}

export { addUsage, noUsage } from "../contract/index.ts";
