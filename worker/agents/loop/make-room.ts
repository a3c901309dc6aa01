import { contextOf } from "../model/context.ts";
import type { StoredStep } from "../ports.ts";
import { spokenIn } from "./conversation.ts";
import { historyRoomOf } from "./history.ts";
import type { LeftOut } from "./left-out.ts";
import type { Asking } from "./run.ts";

/** Above this share of the model's context something is left out, and then so much that this share remains. */
const full = 0.6;
const roomy = 0.3;
/** The newest steps stay whole as long as the context allows it. */
const keptSteps = 3;
/** No step's results take more than this share of the context. */
const longestStep = 0.4;
const charactersToToken = 3;
export const mostTrim = 2;

/** A step's weight in tokens: whole, without its long results, and without its long inputs either. */
type Weight = { whole: number; withoutResults: number; withoutInputs: number };

/** What every request of a run leaves out, whatever it has done so far: what its model's context has no room for. */
export function leastLeftOut({ model, agent }: Pick<Asking, "model" | "agent">): LeftOut {
  const modelId = model.modelId(agent.model);
  const longest = contextOf(modelId) * longestStep * charactersToToken;
  return { results: 0, inputs: 0, historyRoom: historyRoomOf(modelId), images: true, longest };
}

/**
 * What the next request leaves out. It follows from what is stored alone, and grows in few large jumps: in between,
 * each request begins as the one before did, so that it is read from the cache.
 * @param fixed what every request of the run holds, in tokens
 */
export function leftOutOf(run: Asking, steps: StoredStep[], fixed: number): LeftOut {
  const least = leastLeftOut(run);
  const context = contextOf(run.model.modelId(run.agent.model));
  const weights = steps.map((step) => weigh(step, least));
  const planned = { ...least, ...planOf(weights, fixed, context) };
  // The model's server said that it is still too much: then as little as can be.
  if (run.trim === 0) return planned;
  const all = Math.max(0, steps.length - (run.trim === 1 ? 2 : 1));
  return {
    results: Math.max(planned.results, all),
    inputs: run.trim === 1 ? planned.inputs : Math.max(planned.inputs, all),
    historyRoom: run.trim === 1 ? least.historyRoom / 5 : 0,
    images: false,
    longest: least.longest / (run.trim + 1),
  };
}

/** Plays the run's requests one after another, each with one more step than the one before. */
export function planOf(weights: Weight[], fixed: number, context: number): { results: number; inputs: number } {
  let results = 0;
  let inputs = 0;
  let total = fixed;
  for (const [place, weight] of weights.entries()) {
    total += weight.whole;
    if (total <= context * full) continue;
    const last = Math.max(0, place + 1 - keptSteps);
    for (; total > context * roomy && results < last; results++) total -= saved(weights[results], "withoutResults");
    for (; total > context * full && results < place; results++) total -= saved(weights[results], "withoutResults");
    for (; total > context * roomy && inputs < results; inputs++) total -= saved(weights[inputs], "withoutInputs");
  }
  return { results, inputs };
}

function saved(weight: Weight | undefined, by: "withoutResults" | "withoutInputs"): number {
  if (weight === undefined) return 0;
  return by === "withoutResults" ? weight.whole - weight.withoutResults : weight.withoutResults - weight.withoutInputs;
}

function weigh(step: StoredStep, least: LeftOut): Weight {
  const tokens = (left: Partial<LeftOut>): number =>
    Math.ceil(JSON.stringify(spokenIn(step, 0, { ...least, ...left })).length / charactersToToken);
  return {
    whole: tokens({}),
    withoutResults: tokens({ results: 1 }),
    withoutInputs: tokens({ results: 1, inputs: 1 }),
  };
}
