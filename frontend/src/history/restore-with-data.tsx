import { useMutation } from "@tanstack/react-query";
import { restoreRevision } from "../api/projects.ts";
import { keys, moveHead, refetch } from "../api/queries.ts";
import { Confirm } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

type RestoreWithDataProps = { number: number; onClose: () => void; onRestored?: () => void };

/** Restores the code together with the preview's data, to their state before the prompts that followed a version. */
export function RestoreWithData({ number, onClose, onRestored = onClose }: RestoreWithDataProps) {
  const { projectId } = useWorkspace();
  const restore = useMutation({
    meta: { shown: true },
    mutationFn: () => restoreRevision(projectId, number, true),
    onSuccess: ({ revision, data }) => {
      moveHead(projectId, revision);
      void refetch(keys.undone(projectId));
      void refetch(keys.data(projectId));
      onRestored();
      const isUnchanged = (data?.snapshotId ?? null) === null;
      const note = isUnchanged ? "No later version had run on its data." : "Its data is as it was.";
      toast(`Restored version ${number}. ${note}`);
    },
  });
  return (
    <Confirm
      title={`Restore version ${number} with its data?`}
      text="The preview's data returns to its state before a later version first ran on it. The current data is kept as a snapshot."
      action="Restore"
      busy={restore.isPending}
      error={restore.error}
      onConfirm={() => restore.mutate()}
      onClose={onClose}
    />
  );
}
