import type { Revision } from "../../../worker/contract/index.ts";
import { useAgents } from "../chat/use-agents.ts";

/** Shows the author of a revision: an agent's title, or a person's name. */
export function Author({ author }: { author: Revision["author"] }) {
  const { titles } = useAgents();
  return author.kind === "agent" ? (titles.get(author.name) ?? author.name) : author.name;
}
