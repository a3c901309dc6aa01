import { wordsOf } from "../../worker/agents/routing/features.ts";
import { Ranker } from "../../worker/agents/routing/rank.ts";
import type { TrainingExample } from "../../worker/agents/routing/training-examples.ts";

/** A prompt of no length would have to be foreseen with certainty to be left out; each word of it, which takes room, lowers that. */
const costPerWord = 0.03;
const minPredictedShare = 0.4;
const batchCount = 8;

/**
 * The prompts that tell a ranker something: taken in portions, those it does not foresee surely enough by what it has
 * learnt before. It routes nearly as well by them as by all, and they take half the room.
 * @param known what it is taught in any case
 */
export function selectInformative(prompts: TrainingExample[], known: TrainingExample[]): TrainingExample[] {
  const selected: TrainingExample[] = [];
  for (let batch = 0; batch < batchCount; batch += 1) {
    const ranker = new Ranker([...known, ...selected]);
    const now = prompts.filter((_, at) => at % batchCount === batch);
    selected.push(...now.filter(({ agent, text }) => shareOf(ranker, agent, text) < predictedFrom(text)));
  }
  return selected;
}

/** From this share of the right agent on, the ranker has known a prompt without having been told. */
const predictedFrom = (text: string): number => Math.max(minPredictedShare, 1 - costPerWord * wordsOf(text).length);

const shareOf = (ranker: Ranker, name: string, text: string): number =>
  ranker.rank(text, () => true).find(({ agent }) => agent === name)?.share ?? 0;
