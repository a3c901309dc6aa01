import type Anthropic from "@anthropic-ai/sdk";
import type { ModelTier } from "../../contract/index.ts";

/** Families that decide themselves when and how much to think; they refuse a fixed measure. */
const decides = /^claude-(opus|sonnet|haiku|fable|mythos)-(4-[6-9]|[5-9]|\d\d)/;
/** Families that think only as much as they are told to. */
const isTold = /^claude-(opus|sonnet|haiku)-4(-[0-5])?(-\d{8})?$/;

const usualThought = 8_000;
/** The API's own lower limit. */
const minThinkingTokens = 1_024;

/**
 * Whether and how a model is to think before it answers: the deep tier does. For the others nothing is said, since some
 * models refuse to be told not to. A thought counts towards the answer's limit, so a short answer gets none.
 */
export function thinkingOf(tier: ModelTier, model: string, maxTokens: number): Anthropic.ThinkingConfigParam | null {
  if (tier !== "deep") return null;
  if (decides.test(model)) return { type: "adaptive" };
  const budget = Math.min(usualThought, Math.floor(maxTokens / 2));
  return isTold.test(model) && budget >= minThinkingTokens ? { type: "enabled", budget_tokens: budget } : null;
}
