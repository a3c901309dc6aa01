import { BuildAttempts } from "../app/build-attempts.ts";
import type { ProjectBuild } from "../app/build-project.ts";
import { buildRevision } from "../app/build-revision.ts";
import { keptPlansOf } from "../app/kept-plans.ts";
import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import { Registry } from "../packages/registry.ts";
import { ToolIsolates } from "../tools/tool-isolates.ts";

type Place = { storage: DurableObjectStorage; projectId: string };

/** Builds a revision for production, with the package versions of its preview. */
export async function buildPublication(
  env: Environment,
  grant: Grant,
  { storage, projectId }: Place,
): Promise<ProjectBuild> {
  const registry = new Registry(env.NPM_REGISTRY);
  const runner = new ToolIsolates(env.LOADER, registry);
  const plans = keptPlansOf(env, projectId);
  const attempts = new BuildAttempts(storage);
  return buildRevision(env, grant, { projectId, attempts, registry, plans, runner, mode: "production" });
}
