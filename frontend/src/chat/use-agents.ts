import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AgentSummary } from "../../../worker/contract/index.ts";
import { keys } from "../api/queries.ts";
import { listAgents } from "../api/runs.ts";

const none: AgentSummary[] = [];

/** The agents, and their titles by name: people see the title, the API speaks of the name. */
export function useAgents() {
  const agents = useQuery({ queryKey: keys.agents, queryFn: listAgents, staleTime: 5 * 60_000 }).data?.data ?? none;
  const titles = useMemo(() => new Map(agents.map((agent) => [agent.name, agent.title])), [agents]);
  return { agents, titles };
}
