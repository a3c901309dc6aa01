import { Undo2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { loadChunk } from "../ui/load-chunk.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useUndone } from "./use-undone.ts";

const UndoDialog = lazy(() =>
  loadChunk(() => import("./undo-dialog.tsx")).then((found) => ({ default: found.UndoDialog })),
);

/** The button that undoes a prompt, after asking how much of it, or the version that undid it; none for a viewer. */
export function UndoButton({ runId }: { runId: string }) {
  const { projectId, role, openRevision } = useWorkspace();
  const undone = useUndone(projectId, runId);
  const [isAsked, setIsAsked] = useState(false);
  if (role === "viewer" && undone === null) return null;
  return (
    <>
      {/* One button in both states, so that it has the focus when the dialog is closed. */}
      <Button
        small
        tone="quiet"
        title={undone === null ? undefined : "View what was undone"}
        onClick={() => (undone === null ? setIsAsked(true) : openRevision(undone))}
      >
        <Undo2 size={13} /> {undone === null ? "Undo this prompt" : `Undone in version ${undone}`}
      </Button>
      {isAsked && (
        <Suspense>
          <UndoDialog runId={runId} onClose={() => setIsAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
