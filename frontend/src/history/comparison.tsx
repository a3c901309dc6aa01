import { useQuery } from "@tanstack/react-query";
import { diffRevisions } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { ChangeList } from "./change-list.tsx";

/** Shows the changes between two versions, file by file. */
export function Comparison({ from, to }: { from: number; to: number }) {
  const { projectId } = useWorkspace();
  const query = useQuery({
    queryKey: keys.diff(projectId, from, to),
    queryFn: () => diffRevisions(projectId, from, to),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.data.data.length === 0) return <p className="px-4 py-3 text-sm text-soft">These versions are the same.</p>;
  return <ChangeList changes={query.data.data} />;
}
