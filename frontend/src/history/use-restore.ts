import { useMutation } from "@tanstack/react-query";
import { restoreRevision } from "../api/projects.ts";
import { keys, moveHead, refetch } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** Returns a mutation that restores a version as a new version. A toast offers to undo the restore. */
export function useRestore(onRestored: () => void = () => undefined) {
  const { projectId } = useWorkspace();
  const undo = useMutation({
    mutationFn: (before: number) => restoreRevision(projectId, before),
    onSuccess: (result, before) => {
      moveHead(projectId, result.revision);
      void refetch(keys.undone(projectId));
      toast(`Restored version ${before}.`);
    },
  });
  return useMutation({
    mutationFn: (number: number) => restoreRevision(projectId, number),
    onSuccess: (result, number) => {
      // Not the cached head, which the live feed may have moved to this revision already.
      const before = result.revision - 1;
      moveHead(projectId, result.revision);
      void refetch(keys.undone(projectId));
      onRestored();
      toast(`Restored version ${number}.`, "good", { label: "Undo", act: () => undo.mutate(before) });
    },
  });
}
