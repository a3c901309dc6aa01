import { useQuery } from "@tanstack/react-query";
import { getStagedApp } from "../api/publishing.ts";
import { keys } from "../api/queries.ts";

/** Returns whether a project has a staged app; false until that is known. */
export function useIsStaged(projectId: string): boolean {
  const { data } = useQuery({
    queryKey: keys.publishing(projectId, "staging"),
    queryFn: () => getStagedApp(projectId),
  });
  return data?.staged != null;
}
