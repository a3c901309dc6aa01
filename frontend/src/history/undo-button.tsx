import { Undo2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { loadChunk } from "../ui/load-chunk.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

const UndoDialog = lazy(() =>
  loadChunk(() => import("./undo-dialog.tsx")).then((found) => ({ default: found.UndoDialog })),
);

/** The button that undoes a prompt, after asking how much of it; none for a viewer. */
export function UndoButton({ runId }: { runId: string }) {
  const { role } = useWorkspace();
  const [isAsked, setIsAsked] = useState(false);
  if (role === "viewer") return null;
  return (
    <>
      <Button small tone="quiet" onClick={() => setIsAsked(true)}>
        <Undo2 size={13} /> Undo this prompt
      </Button>
      {isAsked && (
        <Suspense>
          <UndoDialog runId={runId} onClose={() => setIsAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
