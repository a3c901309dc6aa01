import type Anthropic from "@anthropic-ai/sdk";
import type { ModelTier } from "../../contract/index.ts";

/** Families with adaptive thinking, which refuse a fixed budget. */
const isAdaptive = /^claude-(opus|sonnet|haiku|fable|mythos)-(4-[6-9]|[5-9]|\d\d)/;
/** Families that think only with a fixed budget. */
const needsBudget = /^claude-(opus|sonnet|haiku)-4(-[0-5])?(-\d{8})?$/;

const usualThought = 8_000;
/** The API's minimum budget. */
const minThinkingTokens = 1_024;

/**
 * Returns the thinking parameter of a request: only the deep tier thinks. For other tiers the parameter is omitted,
 * since some models refuse `disabled`. A thought counts towards `max_tokens`, so a short answer gets none.
 */
export function thinkingOf(tier: ModelTier, model: string, maxTokens: number): Anthropic.ThinkingConfigParam | null {
  if (tier !== "deep") return null;
  if (isAdaptive.test(model)) return { type: "adaptive" };
  const budget = Math.min(usualThought, Math.floor(maxTokens / 2));
  return needsBudget.test(model) && budget >= minThinkingTokens ? { type: "enabled", budget_tokens: budget } : null;
}
