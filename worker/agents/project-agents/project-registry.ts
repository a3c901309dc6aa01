import type { Context } from "../../accounts/index.ts";
import { agent } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { type AgentRegistry, builtIn, registryOf } from "../agent-registry.ts";
import { selectAgents } from "./store.ts";

/**
 * The agents of a project of the caller's: the built-in ones, and its own, which may stand in for them. Of another's
 * project, or of none, the built-in ones alone.
 */
export async function projectRegistry({ database, actor }: Context, projectId: string): Promise<AgentRegistry> {
  const rows = await executeIdempotent(selectAgents(database, { projectId, ownerId: actor.ownerId }));
  return ownRegistry(
    rows.map(({ definition }) => definition),
    projectId,
  );
}

/** The same of a project's own agents as they are stored. */
export function ownRegistry(definitions: unknown[], projectId: string): AgentRegistry {
  if (definitions.length === 0) return builtIn;
  const own = definitions.map((definition) => ({ ...agent.parse(definition), projectId }));
  return registryOf([...builtIn.list(), ...own]);
}
