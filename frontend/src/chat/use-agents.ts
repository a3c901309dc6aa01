import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AgentSummary } from "../../../worker/contract/index.ts";
import { listAgents } from "../api/agents.ts";
import { keys } from "../api/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

const none: AgentSummary[] = [];

/** Returns the project's agents, and their titles by name. The UI shows titles, and the API uses names. */
export function useAgents() {
  const { projectId } = useWorkspace();
  const query = { queryKey: keys.agents(projectId), queryFn: () => listAgents(projectId), staleTime: 60_000 };
  const agents = useQuery(query).data?.data ?? none;
  const titles = useMemo(() => new Map(agents.map((agent) => [agent.name, agent.title])), [agents]);
  return { agents, titles };
}
