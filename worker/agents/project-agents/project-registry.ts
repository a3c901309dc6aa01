import type { Context } from "../../accounts/index.ts";
import { agent } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { type AgentRegistry, builtIn, registryOf } from "../agent-registry.ts";
import { selectAgents } from "./store.ts";

/**
 * Returns the agents of the caller's project: the built-in agents, and the project's own, which may replace them. For
 * another account's project, or a missing project, it returns the built-in agents.
 */
export async function projectRegistry({ database, actor }: Context, projectId: string): Promise<AgentRegistry> {
  const rows = await executeIdempotent(selectAgents(database, { projectId, ownerId: actor.ownerId }));
  return ownRegistry(
    rows.map(({ definition }) => definition),
    projectId,
  );
}

/** Builds a project's registry from its stored agents. */
export function ownRegistry(definitions: unknown[], projectId: string): AgentRegistry {
  if (definitions.length === 0) return builtIn;
  const own = definitions.map((definition) => ({ ...agent.parse(definition), projectId }));
  return registryOf([...builtIn.list(), ...own]);
}
