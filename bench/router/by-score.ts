/** The agents for a prompt, best first. */
export type Rank = (prompt: string) => string[];

/** The agents of scores, the highest score first. */
export const byScore = (scores: Iterable<[string, number]>): string[] =>
  [...scores].toSorted(([, one], [, other]) => other - one).map(([agent]) => agent);
