import type { Agent } from "../../contract/index.ts";
import { Evidence, oddsOf, type Sign, signsOf } from "./naive-bayes.ts";
import { isIdle } from "./stop-words.ts";
import { lessonsOf, type TrainingExample } from "./training-examples.ts";

/** An agent's share of the evidence, from 0 to 1 with a sum of 1, and the words that speak for it. */
export type Ranked = { agent: string; share: number; words: string[] };

/** Scales evidence to shares, calibrated so that a share is the probability of being right. */
const sharpness = 0.65;
const maxNamedWords = 4;
/** The reason names a word when its evidence is at least this fraction of the strongest word's. */
const minInformative = 0.25;

/** The weight of the words of a project's own agent: it has a single file, and the others have hundreds of examples. */
const ownWeight = 20;

type AgentEvidence = { agent: string; total: number; seen(hash: number): number };

/**
 * Ranks agents for a prompt by their training examples: words, pairs of words, character n-grams (robust to typos and
 * related languages) and the prompt's signals. Pure arithmetic: no network, a fraction of a millisecond.
 */
export class Ranker {
  readonly #evidence: Evidence;
  readonly #agents: AgentEvidence[];

  constructor(lessons: TrainingExample[]) {
    this.#evidence = new Evidence(lessons);
    this.#agents = agentsOf(this.#evidence);
  }

  /**
   * Ranks the candidates, best first; empty when no feature is known.
   * @param own agents in addition to those of the examples
   */
  rank(prompt: string, isCandidate: (name: string) => boolean, own: Agent[] = []): Ranked[] {
    const extra = new Evidence(own.flatMap(lessonsOf));
    const agents = [...this.#agents, ...ownAgentsOf(extra, averageOf(this.#evidence.totals))];
    const signs = signsOf(prompt).flatMap((sign) => {
      const all = this.#evidence.seenInAll(sign.hash) + ownWeight * extra.seenInAll(sign.hash);
      return all === 0 ? [] : [{ ...sign, all }];
    });
    if (signs.length === 0) return [];
    const grand = sumOf(this.#evidence.totals);
    const { kinds } = this.#evidence;
    const scored = agents
      .filter(({ agent }) => isCandidate(agent))
      .map(({ agent, total, seen }) => {
        const says = signs.map(({ hash, weight, all }) => {
          const known = seen(hash);
          return weight * oddsOf({ own: known, others: all - known, total, rest: grand - total, kinds });
        });
        return { agent, says, score: sumOf(says) };
      });
    return sharesOf(scored)
      .map(({ agent, share, says }) => ({ agent, share, words: tellingWords(signs, says) }))
      .toSorted((one, other) => other.share - one.share);
  }
}

const sumOf = (values: number[] | Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

const averageOf = (totals: Float64Array): number => sumOf(totals) / Math.max(1, totals.length);

const agentsOf = (evidence: Evidence): AgentEvidence[] =>
  evidence.agents.map((agent, place) => ({
    agent,
    total: evidence.totals[place] ?? 0,
    seen: (hash) => evidence.seen(hash, place),
  }));

/** @param total assumed for each agent, since their own examples are too few to compare */
const ownAgentsOf = (evidence: Evidence, total: number): AgentEvidence[] =>
  evidence.agents.map((agent, place) => ({ agent, total, seen: (hash) => ownWeight * evidence.seen(hash, place) }));

function sharesOf<Scored extends { score: number }>(scored: Scored[]): (Scored & { share: number })[] {
  const best = Math.max(...scored.map(({ score }) => score));
  const raised = scored.map((candidate) => ({ ...candidate, share: Math.exp(sharpness * (candidate.score - best)) }));
  const sum = sumOf(raised.map(({ share }) => share));
  return raised.map((candidate) => ({ ...candidate, share: candidate.share / sum }));
}

/** Returns the words with the strongest evidence for an agent, with their n-grams and pairs included. */
function tellingWords(signs: Sign[], says: number[]): string[] {
  const byWord = new Map<string, number>();
  for (const [at, { word }] of signs.entries()) {
    if (word !== null && !isIdle(word)) byWord.set(word, (byWord.get(word) ?? 0) + (says[at] ?? 0));
  }
  const sorted = [...byWord].toSorted(([, one], [, other]) => other - one);
  const best = sorted[0]?.[1] ?? 0;
  return sorted
    .filter(([, said]) => said > 0 && said >= best * minInformative)
    .slice(0, maxNamedWords)
    .map(([word]) => word);
}
