import { featuresOf } from "./features.ts";
import type { TrainingExample } from "./training-examples.ts";

/** One feature of a prompt, merged with its like: how much it counts, and the word it came from (none for a sign). */
export type Sign = { hash: number; weight: number; word: string | null };

/** What is assumed to have been seen of everything: small, so that few lessons suffice. */
const assumed = 0.015;
/** What is said twice does not count twice as much: its weight is raised to this. */
const damped = 0.8;

/** The features of a text as a direction: their squares add up to one, so a long text counts no more than a short one. */
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

/** How much each feature has been seen with each agent. */
export class Evidence {
  readonly agents: string[];
  /** How much was seen of each agent, in the order of `agents`. */
  readonly totals: Float64Array;
  /** A feature's row in `#seen`, by its hash. A row has a place for each agent, and one for their sum. */
  readonly #rows = new Map<number, number>();
  readonly #width: number;
  #seen: Float32Array;

  constructor(lessons: TrainingExample[]) {
    this.agents = [...new Set(lessons.map(({ agent }) => agent))];
    this.totals = new Float64Array(this.agents.length);
    this.#width = this.agents.length + 1;
    this.#seen = new Float32Array(this.#width * 64);
    const places = new Map(this.agents.map((agent, place) => [agent, place]));
    for (const { agent, text } of lessons) this.#learn(places.get(agent) ?? 0, text);
  }

  #learn(place: number, text: string): void {
    for (const { hash, weight } of signsOf(text)) {
      const row = this.#rowOf(hash);
      this.#add(row + place, weight);
      this.#add(row + this.#width - 1, weight);
      this.totals[place] = (this.totals[place] ?? 0) + weight;
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

  /** How many different features were seen. */
  get kinds(): number {
    return this.#rows.size;
  }

  /** How much a feature was seen with the agent at a place. */
  seen(hash: number, place: number): number {
    const row = this.#rows.get(hash);
    return row === undefined ? 0 : (this.#seen[row + place] ?? 0);
  }

  /** How much a feature was seen with all agents together. */
  seenInAll(hash: number): number {
    return this.seen(hash, this.#width - 1);
  }
}

/**
 * What a feature says for an agent: the logarithm of how much likelier it is with that agent than with all others
 * together (naive Bayes, one against the rest).
 * @param own how much it was seen with the agent; `others` the same for all others
 * @param total how much was seen of the agent at all; `rest` the same for all others
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
