import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { isApiError } from "../api/client.ts";
import { diffRevisions, restoreRevision } from "../api/projects.ts";
import { keys, moveHead, refetch } from "../api/queries.ts";
import { undoRun } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

type UndoDialogProps = {
  runId: string;
  /** The newest of the prompt's versions before anybody else's version. */
  until: number;
  onClose: () => void;
};

const overlap = new Error("Later changes touched the same lines. Restore an earlier version from History instead.");

const gone = new Error("Nothing to undo: an earlier version was restored, or these changes were already undone.");

/**
 * Returns the message of a refused undo. The dialog only handles ended runs, whose only remaining conflict is that
 * there is nothing left to undo.
 */
function sayRefusal(error: Error | null): Error | null {
  if (isApiError(error, "revision_conflict")) return overlap;
  return isApiError(error, "conflict") ? gone : error;
}

/** Whether two versions differ; false if unknown. A change that was undone between them counts as no difference. */
const differ = (projectId: string, from: number, to: number): Promise<boolean> =>
  diffRevisions(projectId, from, to).then(
    ({ data }) => data.length > 0,
    () => false,
  );

/** Undoes a prompt's changes and keeps later changes. With data, it also restores the preview's data. */
function useUndoRun({ runId, until, onClose }: UndoDialogProps) {
  const { projectId } = useWorkspace();
  const redo = useMutation({
    mutationFn: (before: number) => restoreRevision(projectId, before),
    onSuccess: (result) => {
      moveHead(projectId, result.revision);
      void refetch(keys.undone(projectId));
      toast("The changes are back.");
    },
  });
  return useMutation({
    meta: { shown: true },
    mutationFn: (withData: boolean) => undoRun(runId, withData),
    onSuccess: async ({ revision, data }) => {
      // Not the cached head, which the live feed may have moved to this revision already.
      const before = revision - 1;
      moveHead(projectId, revision);
      void refetch(keys.undone(projectId));
      onClose();
      if (data === undefined) {
        const isKept = until < before && (await differ(projectId, until, before));
        const said = isKept ? "Undone. Later changes were kept." : "Undone.";
        toast(said, "good", { label: "Redo", act: () => redo.mutate(before) });
        return;
      }
      void refetch(keys.data(projectId));
      toast(
        data.snapshotId === null
          ? "Undone. Its code had not run on the preview's data."
          : "Undone. The preview's data is as it was before.",
      );
    },
  });
}

/** Asks whether to undo only a prompt's code, or the preview's data too, and undoes it. */
export function UndoDialog(props: UndoDialogProps) {
  const { until, onClose } = props;
  const { head } = useWorkspace();
  // Computed once, since the undo itself moves the head.
  const [isOlder] = useState(until < head);
  const undo = useUndoRun(props);
  const error = sayRefusal(undo.error);
  return (
    <Dialog title="Undo this prompt?" onClose={onClose}>
      <div className="grid gap-2 text-sm text-soft">
        <p>The files that it changed become what they were before.{isOlder && " Later changes are kept."}</p>
        <p>
          With its data, the preview's database also goes back to before this prompt's code first ran. The present data
          is kept as a snapshot for seven days. The published app's data stays.
        </p>
      </div>
      <Refusal error={error} className="mt-3" />
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose} autoFocus>
          Cancel
        </Button>
        <Button busy={undo.isPending && undo.variables} disabled={undo.isPending} onClick={() => undo.mutate(true)}>
          Code and preview data
        </Button>
        <Button
          tone="primary"
          busy={undo.isPending && !undo.variables}
          disabled={undo.isPending}
          onClick={() => undo.mutate(false)}
        >
          Code only
        </Button>
      </div>
    </Dialog>
  );
}
