import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import type { Registry } from "../packages/registry.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import type { BuildStore } from "./build-store.ts";
import { checkProject } from "./check-project.ts";
import { readTree } from "./read-tree.ts";

/** Returns the stored type findings of a revision, or reads its files, checks them and stores the findings. */
export async function checkRevision(
  env: Environment,
  grant: Grant,
  {
    projectId,
    registry,
    builds,
    runner,
  }: { projectId: string; registry: Registry; builds: BuildStore; runner: ToolRunner },
): Promise<Diagnostic[]> {
  const kept = builds.findings(grant.revision);
  if (kept !== null) return kept;
  const tree = await readTree(env, grant, projectId);
  // The build reports the size error.
  const checking = { registry, plans: builds.plans, types: env.TYPES, runner };
  const findings = tree === null ? [] : await checkProject(tree, checking);
  builds.putFindings(grant.revision, findings);
  return findings;
}
