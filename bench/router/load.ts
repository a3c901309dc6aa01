import "../asset-modules.ts";
import type { Lesson } from "../../worker/agents/index.ts";

/** The lessons the router learns from. */
export async function loadAgents(): Promise<Lesson[]> {
  const { builtIn } = await import("../../worker/agents/registry.ts");
  const { lessonsOf } = await import("../../worker/agents/routing/lessons.ts");
  const { packedLessons } = await import("../../worker/agents/routing/packed-lessons.ts");
  return [...builtIn.list().flatMap(lessonsOf), ...packedLessons()];
}
