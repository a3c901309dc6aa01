import { useMutation } from "@tanstack/react-query";
import { isApiError } from "../api/client.ts";
import { applyBatch } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { ElementEdit } from "./edit-source.ts";
import { elementBatch } from "./element-batch.ts";
import { contentAt } from "./file-at.ts";

/**
 * Returns a mutation that writes edits of elements into their source files: one batch, and therefore one version, for
 * all of them.
 * @param pointedAt the revision of the page with the elements
 */
export function useElementEdits(pointedAt: number, onDone: () => void) {
  const { projectId, previewedRevision } = useWorkspace();
  return useMutation({
    meta: { shown: true },
    mutationFn: async (edits: readonly ElementEdit[]) => {
      const batch = await elementBatch(edits, pointedAt, (path) => contentAt(projectId, path, pointedAt));
      try {
        return await applyBatch(projectId, batch);
      } catch (error) {
        if (!isApiError(error, "revision_conflict") && !isApiError(error, "file_missing")) throw error;
        throw new Error(
          `What you point at has changed since version ${pointedAt}. Nothing was saved: point at it in the current version.`,
        );
      }
    },
    onSuccess: async ({ revision }, edits) => {
      for (const { place } of edits) {
        await queryClient.invalidateQueries({ queryKey: keys.file(projectId, place.path) });
      }
      moveHead(projectId, revision);
      toast(
        previewedRevision === null
          ? "Saved. The preview shows it in a moment."
          : `Saved as version ${revision}, in the current app. You're still viewing version ${previewedRevision}.`,
      );
      onDone();
    },
  });
}
