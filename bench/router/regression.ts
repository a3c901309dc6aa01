import type { TrainingExample } from "../../worker/agents/index.ts";
import { signsOf } from "../../worker/agents/routing/naive-bayes.ts";
import { byScore, type Rank } from "./by-score.ts";

const epochs = 6;
const rate = 0.5;

/** Weights of each feature by agent, with the sums of squared gradients (AdaGrad). */
type Weights = { value: Float64Array; squares: Float64Array };

/**
 * Multinomial logistic regression over the same features, trained by stochastic gradient descent on the shuffled
 * examples.
 */
export function learnRegression(lessons: TrainingExample[]): Rank {
  const agents = [...new Set(lessons.map(({ agent }) => agent))];
  const table = new Map<number, Weights>();
  const random = seeded(1);
  const prepared = lessons.map(({ agent, text }) => ({ place: agents.indexOf(agent), signs: signsOf(text) }));
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const { place, signs } of shuffled(prepared, random)) {
      const shares = softmax(scoresOf(signs, table, agents.length));
      shares[place] = (shares[place] ?? 0) - 1;
      for (const { hash, weight } of signs) learn(weightsOf(hash, table, agents.length), shares, weight);
    }
  }
  return (prompt) => {
    const scores = scoresOf(signsOf(prompt), table, agents.length);
    return byScore(agents.map((agent, place) => [agent, scores[place] ?? 0]));
  };
}

function weightsOf(hash: number, table: Map<number, Weights>, count: number): Weights {
  const known = table.get(hash) ?? { value: new Float64Array(count), squares: new Float64Array(count).fill(1e-3) };
  table.set(hash, known);
  return known;
}

function scoresOf(signs: { hash: number; weight: number }[], table: Map<number, Weights>, count: number): Float64Array {
  const scores = new Float64Array(count);
  for (const { hash, weight } of signs) {
    table.get(hash)?.value.forEach((value, place) => {
      scores[place] = (scores[place] ?? 0) + value * weight;
    });
  }
  return scores;
}

function learn({ value, squares }: Weights, errors: Float64Array, weight: number): void {
  for (const [place, error] of errors.entries()) {
    const step = error * weight;
    squares[place] = (squares[place] ?? 0) + step * step;
    value[place] = (value[place] ?? 0) - (rate * step) / Math.sqrt(squares[place] ?? 1);
  }
}

function softmax(scores: Float64Array): Float64Array {
  const maxScore = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - maxScore));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** Reproducible random numbers (mulberry32). */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
