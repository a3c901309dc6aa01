import { GitCompare, RotateCcw } from "lucide-react";
import { Fragment, lazy, Suspense, useMemo, useState } from "react";
import { stretchesOf } from "../history/group-revisions.ts";
import { RestoreWithData } from "../history/restore-with-data.tsx";
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

/** Returns the ranges of versions that a run created, split where somebody else saved in between. */
export const versionsOf = ({ items }: RunView) =>
  stretchesOf(items.flatMap((item) => (item.kind === "revision" ? [item.revision] : [])));

/** Actions on all changes of an ended run, which a person regards as one step. */
export function TurnActions({ view }: { view: RunView }) {
  const { head, role } = useWorkspace();
  const [opened, setOpened] = useOpened("changes");
  const restore = useRestore();
  const [isAsked, setIsAsked] = useState(false);
  const versions = useMemo(() => versionsOf(view), [view]);
  const last = versions.at(-1)?.last;
  const until = versions[0]?.last;
  if (last === undefined || until === undefined || !isEnded(view.status)) return null;
  const isOpen = opened === true;
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        <Button small tone="quiet" aria-expanded={isOpen} onClick={() => setOpened(!isOpen)}>
          <GitCompare size={13} /> {isOpen ? "Hide changes" : "Show changes"}
        </Button>
        <UndoButton runId={view.runId} until={until} />
        {last < head && role !== "viewer" && (
          <>
            <Button small tone="quiet" busy={restore.isPending} onClick={() => restore.mutate(last)}>
              <RotateCcw size={13} /> Restore to here
            </Button>
            <Button small tone="quiet" onClick={() => setIsAsked(true)}>
              Restore with data
            </Button>
          </>
        )}
      </div>
      {isAsked && <RestoreWithData number={last} onClose={() => setIsAsked(false)} />}
      {isOpen && (
        <section aria-label="Changes of this prompt" className="max-h-96 overflow-auto rounded-md border border-line">
          <Suspense fallback={<Skeleton lines={3} />}>
            {versions.map((stretch) => (
              <Fragment key={stretch.first}>
                {versions.length > 1 && (
                  <h3 className="border-b border-line bg-sunken px-3 py-1.5 text-xs font-medium">
                    {stretch.first === stretch.last
                      ? `Version ${stretch.last}`
                      : `Versions ${stretch.first} to ${stretch.last}`}
                  </h3>
                )}
                <Comparison from={stretch.first - 1} to={stretch.last} />
              </Fragment>
            ))}
          </Suspense>
        </section>
      )}
    </>
  );
}
