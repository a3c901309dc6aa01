import { contextWindowOf } from "../model/context-window.ts";
import type { StoredStep } from "../ports.ts";
import { measured, messagesOf } from "./conversation.ts";
import type { CompactionPlan } from "./elide.ts";
import { historyRoomOf } from "./history.ts";
import type { RequestInputs } from "./loop-state.ts";

/** Above `highWater` of the model's context the conversation is compacted until `lowWater` remains. */
const highWater = 0.6;
const lowWater = 0.3;
/** How many of the newest steps stay complete as long as the context allows it. */
const keptSteps = 3;
/** Maximum share of the context for one step's results. */
const maxStepShare = 0.4;
const charactersToToken = 3;
export const maxTrim = 2;

/** A step's size in tokens: complete, without its long results, and without its long inputs as well. */
type Weight = { whole: number; withoutResults: number; withoutInputs: number };

/** Returns the compaction that applies to every request of a run, because of its model's context window. */
export function minCompaction({ model, agent }: Pick<RequestInputs, "model" | "agent">): CompactionPlan {
  const modelId = model.modelId(agent.model);
  const longest = contextWindowOf(modelId) * maxStepShare * charactersToToken;
  return { results: 0, inputs: 0, historyRoom: historyRoomOf(modelId), images: true, pictures: true, longest };
}

/**
 * Plans the compaction of the next request. The plan depends only on the stored steps, and grows in few large jumps:
 * between two jumps, each request starts like the previous request, so that the prompt cache hits.
 * @param fixed the size of what every request of the run contains, in tokens
 */
export function planCompaction(run: RequestInputs, steps: StoredStep[], fixed: number): CompactionPlan {
  const base = { ...minCompaction(run), pictures: run.withoutPictures !== true };
  const context = contextWindowOf(run.model.modelId(run.agent.model));
  const weights = steps.map((step) => weigh(step, base));
  const planned = { ...base, ...countElided(weights, fixed, context) };
  // The model's server refused the prompt as too long, so the request contains as little as possible.
  if (run.trim === 0) return planned;
  const all = Math.max(0, steps.length - (run.trim === 1 ? 2 : 1));
  return {
    results: Math.max(planned.results, all),
    inputs: run.trim === 1 ? planned.inputs : Math.max(planned.inputs, all),
    historyRoom: run.trim === 1 ? base.historyRoom / 5 : 0,
    images: false,
    pictures: base.pictures,
    longest: base.longest / (run.trim + 1),
  };
}

/**
 * Simulates the run's requests in order, each with one more step than the previous request.
 * @param context the model's context window in tokens
 * @returns how many of the oldest steps have their results elided, and how many their inputs
 */
export function countElided(weights: Weight[], fixed: number, context: number): { results: number; inputs: number } {
  let results = 0;
  let inputs = 0;
  let total = fixed;
  for (const [place, weight] of weights.entries()) {
    total += weight.whole;
    if (total <= context * highWater) continue;
    const last = Math.max(0, place + 1 - keptSteps);
    for (; total > context * lowWater && results < last; results++) total -= saved(weights[results], "withoutResults");
    for (; total > context * highWater && results < place; results++)
      total -= saved(weights[results], "withoutResults");
    for (; total > context * lowWater && inputs < results; inputs++) total -= saved(weights[inputs], "withoutInputs");
  }
  return { results, inputs };
}

function saved(weight: Weight | undefined, by: "withoutResults" | "withoutInputs"): number {
  if (weight === undefined) return 0;
  return by === "withoutResults" ? weight.whole - weight.withoutResults : weight.withoutResults - weight.withoutInputs;
}

function weigh(step: StoredStep, base: CompactionPlan): Weight {
  const tokens = (left: Partial<CompactionPlan>): number => {
    const { json, pictures } = measured(messagesOf(step, 0, { ...base, ...left }));
    return Math.ceil(json.length / charactersToToken) + pictures;
  };
  return {
    whole: tokens({}),
    withoutResults: tokens({ results: 1 }),
    withoutInputs: tokens({ results: 1, inputs: 1 }),
  };
}
