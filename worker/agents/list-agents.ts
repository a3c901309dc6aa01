import type { Agent, AgentSummary, Page } from "../contract/index.ts";
import { type PageRequest, pageFrom } from "../database/index.ts";
import { type AgentRegistry, builtIn } from "./agent-registry.ts";

type Places = ReadonlyMap<string, number>;

/**
 * Orders agents by name: built-in agents and their replacements in the registry's order, then the project's own by
 * name.
 */
function isBefore(places: Places, one: string, other: string): boolean {
  const [place, otherPlace] = [places.get(one) ?? places.size, places.get(other) ?? places.size];
  return place === otherPlace ? one < other : place < otherPlace;
}

const summaryOf = ({ prompt: _, ...summary }: Agent): AgentSummary => summary;

/**
 * Returns a page of a registry's agents, without their prompts. The cursor is a name, so a deletion skips no agent.
 */
export function listAgents(registry: AgentRegistry, page: PageRequest): Page<AgentSummary> {
  const { after } = page;
  const places: Places = new Map(builtIn.list().map(({ name }, place) => [name, place]));
  const agents = registry
    .list()
    .filter(({ name }) => after === null || isBefore(places, after, name))
    .sort((one, other) => (isBefore(places, one.name, other.name) ? -1 : 1));
  return pageFrom(agents.map(summaryOf), page, ({ name }) => name);
}
