import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { pages } from "../api/client.ts";
import { listRevisions } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** Returns the loaded versions, newest first, and the query that loads more. */
export function useRevisions() {
  const { projectId } = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: keys.revisions(projectId),
    queryFn: ({ pageParam }) => listRevisions(projectId, pageParam),
    ...pages,
  });
  const { data } = query;
  const revisions = useMemo(() => (data?.pages ?? []).flatMap((page) => page.data), [data]);
  return { query, revisions };
}
