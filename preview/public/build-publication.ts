import { BuildAttempts } from "../app/build-attempts.ts";
import type { ProjectBuild } from "../app/build-project.ts";
import { buildRevision } from "../app/build-revision.ts";
import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import type { KeptPlan } from "../packages/install-packages.ts";
import { Registry } from "../packages/registry.ts";
import { ToolIsolates } from "../tools/tool-isolates.ts";

type Place = { storage: DurableObjectStorage; projectId: string };

/** Builds a revision for production, with the package versions of its preview. */
export async function buildPublication(
  env: Environment,
  grant: Grant,
  { storage, projectId }: Place,
): Promise<ProjectBuild> {
  const preview = env.APPS.getByName(projectId);
  const registry = new Registry(env.NPM_REGISTRY);
  const runner = new ToolIsolates(env.LOADER, registry);
  const keptPlan = async (key: string): Promise<KeptPlan | null> => {
    const kept = await preview.keptPlan(key);
    return kept === null ? null : (JSON.parse(kept) as KeptPlan);
  };
  const plans = { get: keptPlan, put: () => {} };
  const attempts = new BuildAttempts(storage);
  return buildRevision(env, grant, { projectId, attempts, registry, plans, runner, mode: "production" });
}
