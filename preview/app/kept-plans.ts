import type { Environment } from "../environment.ts";
import type { KeptPlan, PlanStore } from "../packages/install-packages.ts";

/** Returns the package plans stored by a project's preview, so that another build installs the same versions. */
export function keptPlansOf(env: Environment, projectId: string): PlanStore {
  const preview = env.APPS.getByName(projectId);
  return {
    async get(key) {
      const kept = await preview.keptPlan(key);
      return kept === null ? null : (JSON.parse(kept) as KeptPlan);
    },
    put: () => {},
  };
}
