import { useMutation } from "@tanstack/react-query";
import { restoreRevision } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** Restores a version as a new one, which a toast offers to undo. */
export function useRestore(onRestored: () => void = () => undefined) {
  const { projectId, head } = useWorkspace();
  const undo = useMutation({
    mutationFn: (before: number) => restoreRevision(projectId, before),
    onSuccess: (result, before) => {
      moveHead(projectId, result.revision);
      toast(`Restored version ${before}.`);
    },
  });
  return useMutation({
    mutationFn: (number: number) => restoreRevision(projectId, number),
    onSuccess: (result, number) => {
      const before = head;
      moveHead(projectId, result.revision);
      onRestored();
      toast(`Restored version ${number}.`, "good", { label: "Undo", act: () => undo.mutate(before) });
    },
  });
}
