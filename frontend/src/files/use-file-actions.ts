import { useMutation } from "@tanstack/react-query";
import type { Operation } from "../../../worker/contract/index.ts";
import { applyBatch } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { editDraftOf, setEditDraft } from "./edit-drafts.ts";
import { closeTab, renameTab } from "./open-tabs.ts";

/** A change of the tree. Its operations form one batch, and therefore one revision that can be undone. */
export type FileChange = { message: string; operations: readonly Operation[] };

/**
 * Moves a renamed file's unsaved edits to the new path, based on the rename's revision. Drops the edits of a deleted
 * file.
 */
function takeDraft(projectId: string, operation: Operation, revision: number): void {
  const draft = editDraftOf(projectId, operation.path);
  if (draft === undefined || operation.op === "create") return;
  setEditDraft(projectId, operation.path, null);
  if (operation.op === "move")
    setEditDraft(projectId, operation.to, { ...draft, base: { ...draft.base, path: operation.to, revision } });
}

function takeTab(projectId: string, operation: Operation): void {
  if (operation.op === "move") renameTab(projectId, operation.path, operation.to);
  if (operation.op === "delete") closeTab(projectId, operation.path);
}

/**
 * Creates, renames and deletes files.
 * @param onDone called once the tree shows the change
 * @param isShown whether the caller shows errors itself; otherwise a toast does
 */
export function useFileAction(onDone: () => void, isShown = true) {
  const { projectId, place, openFile, closeFile } = useWorkspace();
  return useMutation({
    meta: { shown: isShown },
    mutationFn: ({ message, operations }: FileChange) =>
      applyBatch(projectId, { message, operations: [...operations] }),
    onSuccess: async ({ revision }, { operations }) => {
      for (const operation of operations) {
        takeDraft(projectId, operation, revision);
        takeTab(projectId, operation);
      }
      // Leaves the removed path before the refetch.
      const [first] = operations;
      const own = operations.find(({ path }) => path === place?.path);
      if (first?.op === "create") openFile(first.path);
      else if (own?.op === "move") openFile(own.to, undefined, { instead: true });
      else if (own !== undefined) closeFile({ instead: true });
      await queryClient.invalidateQueries({ queryKey: keys.files(projectId) });
      onDone();
      for (const { path } of operations)
        queryClient.removeQueries({ queryKey: keys.file(projectId, path), type: "inactive" });
      moveHead(projectId, revision);
    },
  });
}
