import { useMutation } from "@tanstack/react-query";
import type { Project, Published } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { publishProject, unpublishProject } from "../api/runs.ts";
import { useProject } from "../workspace/use-workspace-state.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

function show(projectId: string, published: Published | null): void {
  const visibility = published === null ? "private" : "public";
  const before = queryClient.getQueryData<Project>(keys.project(projectId));
  queryClient.setQueryData<Project>(keys.project(projectId), (known) => known && { ...known, visibility, published });
  void queryClient.invalidateQueries({ queryKey: keys.projects });
  // A change of visibility ends every preview session, including this page's.
  if (before !== undefined && before.visibility !== visibility)
    void queryClient.invalidateQueries({ queryKey: ["project", projectId, "preview"] });
}

/** Returns the app's publication, and the mutations that publish and unpublish it. The dialog shows their errors. */
export function usePublish() {
  const { projectId, head } = useWorkspace();
  const { data } = useProject(projectId);
  const publish = useMutation({
    meta: { shown: true },
    mutationFn: (revision: number) => publishProject(projectId, revision),
    onSuccess: (published) => show(projectId, published),
  });
  const unpublish = useMutation({
    meta: { shown: true },
    mutationFn: () => unpublishProject(projectId),
    onSuccess: () => show(projectId, null),
  });
  return { head, published: data?.published ?? null, publish, takeOffline: unpublish };
}
