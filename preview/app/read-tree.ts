import type { SourceTree } from "../../worker/contract/preview-rpc.ts";
import type { Environment } from "../environment.ts";
import { type Grant, REFUSED } from "../gateway/access-headers.ts";

/** One Worker hands another 32 MiB at most, as the runtime says. */
const TOO_LARGE = /RPC arguments or return values are limited/;

/** A project's files at the revision of a visit. Throws where the capability is not for them; null where they are too large. */
export async function readTree(
  env: Environment,
  { capability, revision }: Grant,
  projectId: string,
): Promise<SourceTree | null> {
  const tree = await env.API.readTree(capability).catch((failure: unknown) => {
    if (failure instanceof Error && TOO_LARGE.test(failure.message)) return null;
    throw failure;
  });
  if (tree === null) return null;
  if (tree.projectId !== projectId || tree.revision !== revision) throw new Error(REFUSED);
  return tree;
}
