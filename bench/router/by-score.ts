/** Returns the agents for a prompt, best first. */
export type Rank = (prompt: string) => string[];

/** Returns the agents by descending score. */
export const byScore = (scores: Iterable<[string, number]>): string[] =>
  [...scores].toSorted(([, one], [, other]) => other - one).map(([agent]) => agent);
