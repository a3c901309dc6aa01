import type { Lesson } from "../../worker/agents/routing/lessons.ts";
import { Ranker } from "../../worker/agents/routing/rank.ts";

/** From this share of the right agent on, the ranker has known a prompt without having been told. */
const foreseen = 0.82;
const portions = 8;

/**
 * The prompts that tell a ranker something: taken in portions, those it does not foresee surely enough by what it has
 * learnt before. It routes about as well by them as by all, and they take half the room.
 * @param known what it is taught in any case
 */
export function telling(prompts: Lesson[], known: Lesson[]): Lesson[] {
  const told: Lesson[] = [];
  for (let portion = 0; portion < portions; portion += 1) {
    const ranker = new Ranker([...known, ...told]);
    const now = prompts.filter((_, at) => at % portions === portion);
    told.push(...now.filter(({ agent, text }) => shareOf(ranker, agent, text) < foreseen));
  }
  return told;
}

const shareOf = (ranker: Ranker, name: string, text: string): number =>
  ranker.rank(text, () => true).find(({ agent }) => agent === name)?.share ?? 0;
