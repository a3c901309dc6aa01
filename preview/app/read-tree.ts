import type { SourceTree } from "../../worker/contract/preview-rpc.ts";
import { REFUSED, type Visit } from "../door/visit.ts";
import type { Environment } from "../environment.ts";

/** A project's files at the revision of a visit. Throws where the capability is not for them. */
export async function readTree(
  env: Environment,
  { capability, revision }: Visit,
  projectId: string,
): Promise<SourceTree> {
  const tree = await env.API.readTree(capability);
  if (tree.projectId !== projectId || tree.revision !== revision) throw new Error(REFUSED);
  return tree;
}
