import type { BuildCopy, CopiedPart } from "../app/build-store.ts";
import { publicObjectOf } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";

/**
 * Reads a stored build from the object of a project's staged app, part by part, since one message cannot carry all of it.
 * @returns null when the build is no longer stored there
 */
export async function readStagedBuild(
  env: Environment,
  projectId: string,
  staged: number,
): Promise<{ copy: BuildCopy; parts: CopiedPart[] } | null> {
  const object = publicObjectOf(env, { projectId, kind: "staging" });
  const copy = await object.copyBuild(staged);
  if (copy === null) return null;
  const parts: CopiedPart[] = [];
  for (;;) {
    const more = await object.copyParts(staged, parts.at(-1)?.row ?? 0);
    if (more.length === 0) break;
    parts.push(...more);
  }
  // The parts would be incomplete if the build was deleted during the reads.
  return parts.length === copy.parts ? { copy, parts } : null;
}
