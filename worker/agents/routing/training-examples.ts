import type { Agent } from "../../contract/index.ts";

/** A text, labelled with its agent. */
export type TrainingExample = { agent: string; text: string };

/**
 * Returns the training examples in an agent's own file: its title, its examples, each keyword, and the sentences of its
 * description.
 */
export const lessonsOf = ({
  name,
  title,
  examples,
  keywords,
  description,
}: Pick<Agent, "name" | "title" | "examples" | "keywords" | "description">): TrainingExample[] =>
  [title, ...examples, ...keywords, ...description.split(/[.:;]\s/)]
    .filter((text) => text.trim() !== "")
    .map((text) => ({ agent: name, text }));
