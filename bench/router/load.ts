import "../asset-modules.ts";
import type { TrainingExample } from "../../worker/agents/index.ts";

/** Loads the router's training examples: the agents' own and the training corpus. */
export async function loadAgents(): Promise<TrainingExample[]> {
  const { builtIn } = await import("../../worker/agents/agent-registry.ts");
  const { lessonsOf } = await import("../../worker/agents/routing/training-examples.ts");
  const { packedLessons } = await import("../../worker/agents/routing/training-corpus.ts");
  return [...builtIn.list().flatMap(lessonsOf), ...packedLessons()];
}
