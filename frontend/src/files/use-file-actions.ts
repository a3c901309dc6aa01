import { useMutation } from "@tanstack/react-query";
import type { Operation } from "../../../worker/contract/index.ts";
import { applyBatch } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { editDraftOf, setEditDraft } from "./edit-drafts.ts";

const messageOf = (operation: Operation): string => {
  if (operation.op === "move") return `Rename ${operation.path} to ${operation.to}`;
  return `${operation.op === "delete" ? "Delete" : "Create"} ${operation.path}`;
};

/** Moves a file's unsaved edits to its new path, based on the move's revision, or drops them with a deleted file. */
function takeDraft(projectId: string, operation: Operation, revision: number): void {
  const draft = editDraftOf(projectId, operation.path);
  if (draft === undefined || operation.op === "create") return;
  setEditDraft(projectId, operation.path, null);
  if (operation.op === "move")
    setEditDraft(projectId, operation.to, { ...draft, base: { ...draft.base, path: operation.to, revision } });
}

/** Creates, renames and deletes a file: each is a batch of one operation, and so a revision that can be undone. */
export function useFileAction(onDone: () => void) {
  const { projectId, place, openFile, closeFile } = useWorkspace();
  return useMutation({
    meta: { shown: true },
    mutationFn: (operation: Operation) =>
      applyBatch(projectId, { message: messageOf(operation), operations: [operation] }),
    onSuccess: async ({ revision }, operation) => {
      takeDraft(projectId, operation, revision);
      // Leave the removed path first, then refetch.
      if (operation.op === "create") openFile(operation.path);
      else if (operation.op === "move" && place?.path === operation.path)
        openFile(operation.to, undefined, { instead: true });
      else if (place?.path === operation.path) closeFile({ instead: true });
      await queryClient.invalidateQueries({ queryKey: keys.files(projectId) });
      onDone();
      queryClient.removeQueries({ queryKey: keys.file(projectId, operation.path), type: "inactive" });
      moveHead(projectId, revision);
    },
  });
}
