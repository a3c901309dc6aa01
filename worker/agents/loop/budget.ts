import type { Price } from "../../billing/index.ts";
import type { RunBudget, Usage } from "../../contract/index.ts";

const defaultSteps = 40;
/** The minimum number of output tokens that makes a request worth sending. */
const minOutput = 256;

type Next = {
  budget: RunBudget;
  /** The number of steps taken so far. */
  steps: number;
  usage: Usage;
  price: Price;
  /** The estimated size of the next request in tokens. */
  promptTokens: number;
  /** The model's maximum number of output tokens. */
  maxTokens: number;
};

const dollars = (microUsd: number): string => `$${(microUsd / 1_000_000).toFixed(microUsd < 10_000 ? 4 : 2)}`;

/**
 * Computes the maximum number of output tokens of the next request from the rest of the budget, so that one long answer
 * cannot exceed the limits. Tokens count whether sent, read from the cache, written to it, or generated.
 * @returns the maximum, or a sentence on the exceeded limit
 */
export function allowance(next: Next): { maxTokens: number } | { exceeded: string } {
  const { budget, usage, price, promptTokens } = next;
  const steps = budget.steps ?? defaultSteps;
  if (next.steps >= steps) return { exceeded: `Reached the limit of ${steps} ${steps === 1 ? "step" : "steps"}.` };
  const room = [next.maxTokens];
  if (budget.tokens !== undefined) {
    const used = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    const left = budget.tokens - used - promptTokens;
    if (left < minOutput) {
      return {
        exceeded: `The run has used ${used} of its ${budget.tokens} tokens, and the next step needs at least about ${promptTokens}.`,
      };
    }
    room.push(left);
  }
  if (budget.microUsd !== undefined && price.output > 0) {
    // A cache hit cannot be predicted, so the prompt is counted at full price. Cache writes cost a quarter more, but
    // the estimate is a third too high already.
    const left = budget.microUsd - usage.microUsd - promptTokens * price.input;
    if (left < minOutput * price.output) {
      return {
        exceeded: `The run has used ${dollars(usage.microUsd)} of its ${dollars(budget.microUsd)}, and the next step may exceed that.`,
      };
    }
    room.push(left / price.output);
  }
  return { maxTokens: Math.floor(Math.min(...room)) };
}
