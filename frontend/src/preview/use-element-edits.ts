import { useMutation } from "@tanstack/react-query";
import { applyBatch, readFile } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { type ElementEdit, editSource } from "./edit-source.ts";

/** Writes edits of elements into their sources: one batch, and so one version, whatever their number. */
export function useElementEdits(onDone: () => void) {
  const { projectId } = useWorkspace();
  return useMutation({
    meta: { shown: true },
    mutationFn: async (edits: readonly ElementEdit[]) => {
      const paths = [...new Set(edits.map(({ place }) => place.path))];
      const operations = await Promise.all(
        paths.map(async (path) => {
          const { content, sha256 } = await readFile(projectId, path);
          const result = editSource(
            content,
            edits.filter(({ place }) => place.path === path),
          );
          if ("problem" in result) throw new Error(result.problem);
          return { op: "update" as const, path, content: result.source, expectedSha256: sha256 };
        }),
      );
      return applyBatch(projectId, { message: `Edit ${paths.join(", ")} in the preview`, operations });
    },
    onSuccess: async ({ revision }, edits) => {
      for (const { place } of edits) {
        await queryClient.invalidateQueries({ queryKey: keys.file(projectId, place.path) });
      }
      moveHead(projectId, revision);
      toast("Saved. The preview shows it in a moment.");
      onDone();
    },
  });
}
