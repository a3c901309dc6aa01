import { wordsOf } from "../../worker/agents/routing/features.ts";
import { Ranker } from "../../worker/agents/routing/rank.ts";
import type { TrainingExample } from "../../worker/agents/routing/training-examples.ts";

/** A prompt of no length would have to be foreseen with certainty to be left out; each word of it, which takes room, lowers that. */
const costOfWord = 0.03;
const minForeseen = 0.4;
const portions = 8;

/**
 * The prompts that tell a ranker something: taken in portions, those it does not foresee surely enough by what it has
 * learnt before. It routes nearly as well by them as by all, and they take half the room.
 * @param known what it is taught in any case
 */
export function telling(prompts: TrainingExample[], known: TrainingExample[]): TrainingExample[] {
  const told: TrainingExample[] = [];
  for (let portion = 0; portion < portions; portion += 1) {
    const ranker = new Ranker([...known, ...told]);
    const now = prompts.filter((_, at) => at % portions === portion);
    told.push(...now.filter(({ agent, text }) => shareOf(ranker, agent, text) < foreseenFrom(text)));
  }
  return told;
}

/** From this share of the right agent on, the ranker has known a prompt without having been told. */
const foreseenFrom = (text: string): number => Math.max(minForeseen, 1 - costOfWord * wordsOf(text).length);

const shareOf = (ranker: Ranker, name: string, text: string): number =>
  ranker.rank(text, () => true).find(({ agent }) => agent === name)?.share ?? 0;
