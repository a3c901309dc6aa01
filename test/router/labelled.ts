/** Prompts by the agent that should receive them. */
export type LabelledPrompts = Readonly<Record<string, readonly string[]>>;

export const labelled = (prompts: LabelledPrompts): { agent: string; prompt: string }[] =>
  Object.entries(prompts).flatMap(([agent, some]) => some.map((prompt) => ({ agent, prompt })));
