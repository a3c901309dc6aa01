import type { TokenUsage } from "../../billing/index.ts";

export const noTokens: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** No answer has as many: a figure beyond is a fault of the server's. */
const maxTokens = 100_000_000;

/** A count as servers give it: a number, or one in a text; anything else is none. */
function countOf(value: unknown): number {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof count === "number" && count > 0 && count <= maxTokens ? Math.ceil(count) : 0;
}

const promptOf = (usage: TokenUsage): number => usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/**
 * What is known of a call's tokens once its server has given figures again. A figure of 0, or none, never takes back what was
 * given before; the prompt's three figures are replaced together, since a later report may split them in another way.
 */
export function withFigures(known: TokenUsage, figures: Record<string, unknown>): TokenUsage {
  const given = {
    inputTokens: countOf(figures.input_tokens),
    outputTokens: Math.max(known.outputTokens, countOf(figures.output_tokens)),
    cacheReadTokens: countOf(figures.cache_read_input_tokens),
    cacheWriteTokens: countOf(figures.cache_creation_input_tokens),
  };
  if (promptOf(given) >= promptOf(known)) return given;
  return {
    ...given,
    inputTokens: Math.max(known.inputTokens, given.inputTokens),
    cacheReadTokens: Math.max(known.cacheReadTokens, given.cacheReadTokens),
    cacheWriteTokens: Math.max(known.cacheWriteTokens, given.cacheWriteTokens),
  };
}

/** Whether the figures say how long the answer was. */
export const tellsOutput = (figures: Record<string, unknown>): boolean => countOf(figures.output_tokens) > 0;
