import type { TokenUsage } from "../../billing/index.ts";

/** Usage of a call before its server has reported any. */
export const noTokens: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** A higher figure is an error of the server: no answer has as many tokens. */
const maxTokens = 100_000_000;

/** Parses a token count, a number or numeric text; anything else counts as 0. */
function countOf(value: unknown): number {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof count === "number" && count > 0 && count <= maxTokens ? Math.ceil(count) : 0;
}

const promptOf = (usage: TokenUsage): number => usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/**
 * Merges newly reported figures into a call's usage. A figure of 0, or a missing one, never replaces an earlier one;
 * the three prompt figures are replaced together, since a later report may split them differently.
 */
export function withFigures(known: TokenUsage, figures: Record<string, unknown>): TokenUsage {
  const reported = {
    inputTokens: countOf(figures.input_tokens),
    outputTokens: Math.max(known.outputTokens, countOf(figures.output_tokens)),
    cacheReadTokens: countOf(figures.cache_read_input_tokens),
    cacheWriteTokens: countOf(figures.cache_creation_input_tokens),
  };
  if (promptOf(reported) >= promptOf(known)) return reported;
  return {
    ...reported,
    inputTokens: Math.max(known.inputTokens, reported.inputTokens),
    cacheReadTokens: Math.max(known.cacheReadTokens, reported.cacheReadTokens),
    cacheWriteTokens: Math.max(known.cacheWriteTokens, reported.cacheWriteTokens),
  };
}

/** Whether the figures include the output tokens. */
export const tellsOutput = (figures: Record<string, unknown>): boolean => countOf(figures.output_tokens) > 0;
