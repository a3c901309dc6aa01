import type { Price } from "../../billing/index.ts";
import type { RunBudget, Usage } from "../../contract/index.ts";

const defaultSteps = 40;
/** Below this an answer is not worth asking for. */
const minOutput = 256;

type Next = {
  budget: RunBudget;
  /** Steps already taken. */
  steps: number;
  usage: Usage;
  price: Price;
  /** What the next request is likely to hold, in tokens. */
  promptTokens: number;
  /** The most one answer may be at all. */
  maxTokens: number;
};

const dollars = (microUsd: number): string => `$${(microUsd / 1_000_000).toFixed(microUsd < 10_000 ? 4 : 2)}`;

/**
 * What the next answer may cost, in tokens: what is left of the budget is reserved for it, so the run cannot pass
 * its limits by one long answer. Tokens count whether they were sent, cached or written.
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
        exceeded: `The run has used ${used} of its ${budget.tokens} tokens, and the next step needs about ${promptTokens} to begin with.`,
      };
    }
    room.push(left);
  }
  if (budget.microUsd !== undefined && price.output > 0) {
    // Whether the prompt is read from the cache is not known before; the full price is the safe side. What is written to it
    // costs a quarter more, but its tokens are estimated a third too many.
    const left = budget.microUsd - usage.microUsd - promptTokens * price.input;
    if (left < minOutput * price.output) {
      return {
        exceeded: `The run has used ${dollars(usage.microUsd)} of its ${dollars(budget.microUsd)}, and the next step may pass that.`,
      };
    }
    room.push(left / price.output);
  }
  return { maxTokens: Math.floor(Math.min(...room)) };
}
