import { useQuery } from "@tanstack/react-query";
import { keys } from "../api/queries.ts";
import { listUndoneRuns } from "../api/runs.ts";

const ids = (runs: readonly { id: string }[]): ReadonlySet<string> => new Set(runs.map(({ id }) => id));

/** Returns the runs whose changes have been undone; null until they are loaded. */
export function useUndoneRuns(projectId: string): ReadonlySet<string> | null {
  const { data } = useQuery({
    queryKey: keys.undone(projectId),
    queryFn: () => listUndoneRuns(projectId),
    staleTime: 60_000,
    select: ids,
  });
  return data ?? null;
}

/** Returns the revision by which a person undid a run's changes; null if the run has not been undone. */
export function useUndone(projectId: string, runId: string): number | null {
  const { data } = useQuery({
    queryKey: keys.undone(projectId),
    queryFn: () => listUndoneRuns(projectId),
    staleTime: 60_000,
    select: (runs) => runs.find(({ id }) => id === runId)?.undoneBy,
  });
  return data ?? null;
}
