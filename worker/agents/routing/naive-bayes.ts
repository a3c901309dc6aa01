import { featuresOf } from "./features.ts";
import type { TrainingExample } from "./training-examples.ts";

/** One feature of a prompt, duplicates merged: its weight, and the word it came from (null for a signal). */
export type Sign = { hash: number; weight: number; word: string | null };

/** The additive smoothing: small, so that few examples suffice. */
const assumed = 0.015;
/** The exponent of a feature's weight, so that repetition does not count proportionally. */
const damped = 0.8;

/** Returns a text's features as a unit vector, so that a long text counts no more than a short one. */
export function signsOf(text: string): Sign[] {
  const merged = new Map<number, Sign>();
  for (const feature of featuresOf(text)) {
    const known = merged.get(feature.hash);
    if (known) known.weight += feature.weight;
    else merged.set(feature.hash, feature);
  }
  let squares = 0;
  for (const sign of merged.values()) {
    sign.weight **= damped;
    squares += sign.weight * sign.weight;
  }
  const length = Math.sqrt(squares) || 1;
  for (const sign of merged.values()) sign.weight /= length;
  return [...merged.values()];
}

/** The total weight of each feature with each agent. */
export class Evidence {
  readonly agents: string[];
  /** The total weight of each agent's examples, in the order of `agents`. */
  readonly totals: Float64Array;
  /** A feature's row in `#seen`, by its hash. A row has a column per agent, and one for their sum. */
  readonly #rows = new Map<number, number>();
  readonly #width: number;
  #seen: Float32Array;

  constructor(lessons: TrainingExample[]) {
    this.agents = [...new Set(lessons.map(({ agent }) => agent))];
    this.totals = new Float64Array(this.agents.length);
    this.#width = this.agents.length + 1;
    this.#seen = new Float32Array(this.#width * 64);
    const indexes = new Map(this.agents.map((agent, index) => [agent, index]));
    for (const { agent, text } of lessons) this.#learn(indexes.get(agent) ?? 0, text);
  }

  #learn(index: number, text: string): void {
    for (const { hash, weight } of signsOf(text)) {
      const row = this.#rowOf(hash);
      this.#add(row + index, weight);
      this.#add(row + this.#width - 1, weight);
      this.totals[index] = (this.totals[index] ?? 0) + weight;
    }
  }

  #add(at: number, weight: number): void {
    this.#seen[at] = (this.#seen[at] ?? 0) + weight;
  }

  #rowOf(hash: number): number {
    const known = this.#rows.get(hash);
    if (known !== undefined) return known;
    const row = this.#rows.size * this.#width;
    if (row >= this.#seen.length) {
      const longer = new Float32Array(this.#seen.length * 2);
      longer.set(this.#seen);
      this.#seen = longer;
    }
    this.#rows.set(hash, row);
    return row;
  }

  /** The number of distinct features. */
  get kinds(): number {
    return this.#rows.size;
  }

  /**
   * Returns a feature's weight with an agent.
   * @param index the agent's index in `agents`
   */
  seen(hash: number, index: number): number {
    const row = this.#rows.get(hash);
    return row === undefined ? 0 : (this.#seen[row + index] ?? 0);
  }

  /** Returns a feature's weight with all agents together. */
  seenInAll(hash: number): number {
    return this.seen(hash, this.#width - 1);
  }
}

/**
 * Returns the evidence of a feature for an agent: the logarithm of how much likelier it is with the agent than with all
 * others together (one-versus-rest naive Bayes).
 * @param own the feature's weight with the agent, `others` with all others
 * @param total the weight of all the agent's examples, `rest` of all others'
 */
export function oddsOf({
  own,
  others,
  total,
  rest,
  kinds,
}: Record<"own" | "others" | "total" | "rest" | "kinds", number>) {
  const smooth = assumed * kinds;
  return Math.log(((own + assumed) * (rest + smooth)) / ((others + assumed) * (total + smooth)));
}
