import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "../api/queries.ts";
import { getBuild } from "../api/runs.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** A finding of the build or the type checker in a file. Lines and columns count from 1. */
export type Mark = { line: number; column: number; severity: "error" | "warning"; message: string };

const typesPollMs = 3_000;
const none: readonly Mark[] = [];

/** Returns the findings in a file of the newest version, from the build that the preview has created. */
export function useDiagnostics(path: string): readonly Mark[] {
  const { projectId, head, running } = useWorkspace();
  const { data } = useQuery({
    queryKey: keys.build(projectId, head),
    queryFn: () => getBuild(projectId, head),
    enabled: !running && head > 0,
    staleTime: Number.POSITIVE_INFINITY,
    // The server responds without waiting for the type checker, so the first response may lack its result.
    refetchInterval: ({ state }) => (state.data?.types.status === "pending" ? typesPollMs : false),
  });
  return useMemo(() => {
    const found = [...(data?.diagnostics ?? []), ...(data?.types.diagnostics ?? [])].filter((one) => one.path === path);
    return found.length === 0 ? none : found;
  }, [data, path]);
}
