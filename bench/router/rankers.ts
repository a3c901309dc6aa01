import MiniSearch from "minisearch";
import type { TrainingExample } from "../../worker/agents/index.ts";
import { wordsOf } from "../../worker/agents/routing/features.ts";
import { Evidence, signsOf } from "../../worker/agents/routing/naive-bayes.ts";
import { Ranker } from "../../worker/agents/routing/rank.ts";
import { byScore, type Rank } from "./by-score.ts";
import { learnRegression } from "./regression.ts";

const agentsOf = (lessons: TrainingExample[]): string[] => [...new Set(lessons.map(({ agent }) => agent))];

/** Counts the prompt's words that occur in the agent's short examples, its keywords. */
function keywords(lessons: TrainingExample[]): Rank {
  const words = new Map(agentsOf(lessons).map((agent) => [agent, new Set<string>()]));
  for (const { agent, text } of lessons) {
    const [word, ...more] = wordsOf(text);
    if (word !== undefined && more.length === 0) words.get(agent)?.add(word);
  }
  return (prompt) => {
    const promptWords = wordsOf(prompt);
    return byScore([...words].map(([agent, own]) => [agent, promptWords.filter((word) => own.has(word)).length]));
  };
}

/** BM25+ by a library, with one document per agent. */
function bm25(lessons: TrainingExample[]): Rank {
  const index = new MiniSearch({ fields: ["text"], idField: "agent" });
  index.addAll(
    agentsOf(lessons).map((agent) => ({
      agent,
      text: lessons.flatMap((lesson) => (lesson.agent === agent ? [lesson.text] : [])).join("\n"),
    })),
  );
  return (prompt) =>
    index.search(prompt, { prefix: (term) => term.length > 3, fuzzy: 0.2 }).map(({ id }) => String(id));
}

function gramsOf(text: string): Map<string, number> {
  const plain = ` ${wordsOf(text).join(" ")} `;
  const grams = new Map<string, number>();
  for (const length of [3, 4]) {
    for (let at = 0; at + length <= plain.length; at += 1) {
      const gram = plain.slice(at, at + length);
      grams.set(gram, (grams.get(gram) ?? 0) + 1);
    }
  }
  return grams;
}

/** Character n-grams: cosine similarity with all examples of an agent together, weighted by inverse agent frequency. */
function characters(lessons: TrainingExample[]): Rank {
  const agents = agentsOf(lessons);
  const profiles = new Map(agents.map((agent) => [agent, new Map<string, number>()]));
  const spread = new Map<string, Set<string>>();
  for (const { agent, text } of lessons) {
    const profile = profiles.get(agent);
    for (const [gram, count] of gramsOf(text)) {
      profile?.set(gram, (profile.get(gram) ?? 0) + count);
      spread.set(gram, (spread.get(gram) ?? new Set()).add(agent));
    }
  }
  const rarity = (gram: string) => Math.log((agents.length + 1) / (spread.get(gram)?.size ?? 1));
  const lengths = new Map(
    [...profiles].map(([agent, profile]) => [
      agent,
      Math.hypot(...[...profile].map(([gram, count]) => Math.log1p(count) * rarity(gram))),
    ]),
  );
  return (prompt) => {
    const grams = [...gramsOf(prompt)];
    return byScore(
      [...profiles].map(([agent, profile]) => {
        const shared = grams.reduce(
          (sum, [gram, count]) => sum + count * Math.log1p(profile.get(gram) ?? 0) * rarity(gram) ** 2,
          0,
        );
        return [agent, shared / (lengths.get(agent) ?? 1)];
      }),
    );
  };
}

/**
 * Complement naive Bayes over the production ranker's features: how little a prompt resembles the other agents'
 * examples.
 */
function complement(lessons: TrainingExample[]): Rank {
  const evidence = new Evidence(lessons);
  const grand = evidence.totals.reduce((sum, total) => sum + total, 0);
  const smooth = 0.5;
  return (prompt) => {
    const signs = signsOf(prompt).filter(({ hash }) => evidence.seenInAll(hash) > 0);
    return byScore(
      evidence.agents.map((agent, place) => {
        const rest = grand - (evidence.totals[place] ?? 0) + smooth * evidence.kinds;
        const score = signs.reduce((sum, { hash, weight }) => {
          const others = evidence.seenInAll(hash) - evidence.seen(hash, place);
          return sum - weight * Math.log((others + smooth) / rest);
        }, 0);
        return [agent, score];
      }),
    );
  };
}

function kept(lessons: TrainingExample[]): Rank {
  const ranker = new Ranker(lessons);
  return (prompt) => ranker.rank(prompt, () => true).map(({ agent }) => agent);
}

/** Combines rankers by the sum of their reciprocal ranks. */
const blend =
  (...trainers: ((lessons: TrainingExample[]) => Rank)[]) =>
  (lessons: TrainingExample[]): Rank => {
    const ranks = trainers.map((train) => train(lessons));
    return (prompt) => {
      const scores = new Map<string, number>();
      for (const rank of ranks) {
        for (const [place, agent] of rank(prompt).entries()) {
          scores.set(agent, (scores.get(agent) ?? 0) + 1 / (1 + place));
        }
      }
      return byScore(scores);
    };
  };

export const rankers: Record<string, (lessons: TrainingExample[]) => Rank> = {
  "single keywords": keywords,
  "BM25+ (minisearch)": bm25,
  "character n-grams, cosine": characters,
  "complement naive Bayes": complement,
  "logistic regression": learnRegression,
  "blend: BM25+ and naive Bayes": blend(bm25, kept),
  "kept: naive Bayes, one against the rest": kept,
};
