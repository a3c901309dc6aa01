import { useMutation } from "@tanstack/react-query";
import { isApiError } from "../api/client.ts";
import { restoreRevision } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { undoRun } from "../api/runs.ts";
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

/** Undoes a prompt's changes, and keeps later ones. */
export function useUndoRun() {
  const { projectId, head } = useWorkspace();
  const redo = useMutation({
    mutationFn: (before: number) => restoreRevision(projectId, before),
    onSuccess: (result) => {
      moveHead(projectId, result.revision);
      toast("The changes are back.");
    },
  });
  return useMutation({
    meta: { shown: true },
    mutationFn: (runId: string) => undoRun(runId),
    onSuccess: (result) => {
      const before = head;
      moveHead(projectId, result.revision);
      toast("Undone. Later changes were kept.", "good", { label: "Redo", act: () => redo.mutate(before) });
    },
    onError: (error) => {
      const isOverlap = isApiError(error, "revision_conflict");
      toast(
        isOverlap
          ? "The same lines were changed since. Restore an earlier version from History instead."
          : error.message,
        "bad",
      );
    },
  });
}
