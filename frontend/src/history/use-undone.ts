import { useQuery } from "@tanstack/react-query";
import { keys } from "../api/queries.ts";
import { listUndoneRuns } from "../api/runs.ts";

/** Returns the revision by which a person undid a run's changes; null for a run that is not undone. */
export function useUndone(projectId: string, runId: string): number | null {
  const { data } = useQuery({
    queryKey: keys.undone(projectId),
    queryFn: () => listUndoneRuns(projectId),
    staleTime: 60_000,
    select: (runs) => runs.find(({ id }) => id === runId)?.undoneBy,
  });
  return data ?? null;
}
