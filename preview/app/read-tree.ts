import type { SourceTree } from "../../worker/contract/preview-rpc.ts";
import type { Environment } from "../environment.ts";
import { type Grant, REFUSED } from "../gateway/access-headers.ts";

/** The runtime's error for an RPC message above 32 MiB. */
const TOO_LARGE = /RPC arguments or return values are limited/;

/**
 * Reads a project's files at the grant's revision.
 * @returns null when the files exceed the RPC limit
 * @throws Error with REFUSED when the capability is for another project or revision
 */
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
