import type { Revision } from "../../../worker/contract/index.ts";
import { useAgents } from "../chat/use-agents.ts";

/** The author of a revision: an agent by its title, others by name. */
export function Author({ author }: { author: Revision["author"] }) {
  const { titles } = useAgents();
  return author.kind === "agent" ? (titles.get(author.name) ?? author.name) : author.name;
}
