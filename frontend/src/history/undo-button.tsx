import { Undo2 } from "lucide-react";
import { type ComponentProps, lazy, Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { loadChunk } from "../ui/load-chunk.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useUndone } from "./use-undone.ts";

const LazyDialog = lazy(() =>
  loadChunk(() => import("./undo-dialog.tsx")).then((found) => ({ default: found.UndoDialog })),
);

/** The dialog that asks how much of a prompt to undo, loaded when it first opens. */
export const UndoDialog = (props: ComponentProps<typeof LazyDialog>) => (
  <Suspense>
    <LazyDialog {...props} />
  </Suspense>
);

/**
 * A button that asks how much of a prompt to undo, or, once it is undone, opens the version that undid it. A viewer
 * sees only the latter.
 */
export function UndoButton({ runId, until }: { runId: string; until: number }) {
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
      {isAsked && <UndoDialog runId={runId} until={until} onClose={() => setIsAsked(false)} />}
    </>
  );
}
