import type { Agent } from "../../contract/index.ts";

/** A text that is some agent's. */
export type TrainingExample = { agent: string; text: string };

/** What an agent's own file teaches of it: its title, its examples, each keyword, and the parts of its description. */
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
