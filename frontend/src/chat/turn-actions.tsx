import { GitCompare, RotateCcw } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { UndoButton } from "../history/undo-button.tsx";
import { useRestore } from "../history/use-restore.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/feedback.tsx";
import { loadChunk } from "../ui/load-chunk.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useOpened } from "./opened-state.tsx";
import { isEnded, type RunView } from "./run-view.ts";

const Comparison = lazy(() =>
  loadChunk(() => import("../history/comparison.tsx")).then((found) => ({ default: found.Comparison })),
);

/** The first and the last version that a run made; null when it made none. */
function versionsOf({ items }: RunView): { first: number; last: number } | null {
  const made = items.flatMap((item) => (item.kind === "revision" ? [item.revision] : []));
  return made.length === 0 ? null : { first: Math.min(...made), last: Math.max(...made) };
}

/** Actions on the changes of an ended run, which are one step for a person. */
export function TurnActions({ view }: { view: RunView }) {
  const { head, role } = useWorkspace();
  const [opened, setOpened] = useOpened("changes");
  const restore = useRestore();
  const versions = useMemo(() => versionsOf(view), [view]);
  if (versions === null || !isEnded(view.status)) return null;
  const { first, last } = versions;
  const isOpen = opened === true;
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        <Button small tone="quiet" aria-expanded={isOpen} onClick={() => setOpened(!isOpen)}>
          <GitCompare size={13} /> {isOpen ? "Hide changes" : "Show changes"}
        </Button>
        <UndoButton runId={view.runId} />
        {last < head && role !== "viewer" && (
          <Button small tone="quiet" busy={restore.isPending} onClick={() => restore.mutate(last)}>
            <RotateCcw size={13} /> Restore to here
          </Button>
        )}
      </div>
      {isOpen && (
        <section aria-label="Changes of this prompt" className="max-h-96 overflow-auto rounded-md border border-line">
          <Suspense fallback={<Skeleton lines={3} />}>
            <Comparison from={first - 1} to={last} />
          </Suspense>
        </section>
      )}
    </>
  );
}
