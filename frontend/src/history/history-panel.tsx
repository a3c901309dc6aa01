import { useQuery } from "@tanstack/react-query";
import { Bot, History, KeyRound, MessageSquare, Server, User } from "lucide-react";
import { memo, type Ref, type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { Revision } from "../../../worker/contract/index.ts";
import { keys } from "../api/queries.ts";
import { getRun } from "../api/runs.ts";
import { isEnded } from "../chat/run-view.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { focusFirst } from "../ui/focus.ts";
import { plural, timeAgo } from "../ui/format.ts";
import { useWindow } from "../ui/use-window.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { Author } from "./author.tsx";
import { type HistoryRow, historyRows } from "./group-revisions.ts";
import { RevisionView } from "./revision-view.tsx";
import { UndoButton } from "./undo-button.tsx";
import { useRevisions } from "./use-revisions.ts";

const icons = { agent: Bot, user: User, token: KeyRound, system: Server } as const;

/** Shows the numbers of created, changed and deleted files: "+3 ~2 −1". */
function Stats({ stats }: { stats: Revision["stats"] }) {
  return (
    <span className="stamp flex gap-1.5">
      {stats.created > 0 && <span className="text-good">+{stats.created}</span>}
      {stats.updated > 0 && <span className="text-warn">~{stats.updated}</span>}
      {stats.moved > 0 && <span className="text-soft">→{stats.moved}</span>}
      {stats.deleted > 0 && <span className="text-bad">−{stats.deleted}</span>}
    </span>
  );
}

function RevisionItem({ revision }: { revision: Revision }) {
  const { head, openRevision } = useWorkspace();
  const Icon = icons[revision.author.kind];
  const isHead = revision.number === head;
  return (
    <button
      type="button"
      onClick={() => openRevision(revision.number)}
      className={`flex w-full items-start gap-3 border-b border-line py-3 pr-4 text-left hover:bg-sunken focus-visible:-outline-offset-2 ${revision.runId === null ? "pl-4" : "pl-8"}`}
    >
      <span className={`mt-0.5 w-18 shrink-0 text-xs ${isHead ? "font-bold text-ember-deep" : "text-faint"}`}>
        Version {revision.number}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">{revision.message || "No message"}</span>
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-faint">
          <Icon size={12} /> <Author author={revision.author} /> · {timeAgo(revision.createdAt)}
        </span>
      </span>
      <Stats stats={revision.stats} />
    </button>
  );
}

/** Shows a run's prompt above its versions, with a button that undoes all of them. */
function RunHeading({
  id: runId,
  count,
  total,
  isNewest,
  newest,
}: NonNullable<HistoryRow["run"]> & { newest: number }) {
  const run = useQuery({ queryKey: keys.run(runId), queryFn: () => getRun(runId), staleTime: 60_000 });
  const prompt = run.data?.prompt ?? "A prompt";
  return (
    <div className="flex items-center gap-2 border-b border-line bg-sunken py-1.5 pr-3 pl-4">
      <MessageSquare size={13} className="shrink-0 text-faint" />
      <p className="min-w-0 flex-1 truncate text-sm font-medium" title={prompt.slice(0, 500)}>
        {prompt.slice(0, 200)}
      </p>
      <span className="shrink-0 text-xs text-faint">
        {count < total ? `${count} of ${plural(total, "version")}` : plural(count, "version")}
      </span>
      {/* It undoes all versions of the run, so a run that is interrupted by others has one button. */}
      {isNewest && run.data !== undefined && isEnded(run.data.status) && (
        <UndoButton runId={runId} until={count < total ? 0 : newest} />
      )}
    </div>
  );
}

type RowProps = { ref: Ref<HTMLLIElement>; row: HistoryRow; index: number; top: number };

function Row({ ref, row: { revision, run }, index, top }: RowProps) {
  return (
    <li
      ref={ref}
      data-index={index}
      tabIndex={-1}
      className="absolute inset-x-0 top-0"
      style={{ transform: `translateY(${top}px)` }}
    >
      {run !== null && <RunHeading {...run} newest={revision.number} />}
      <RevisionItem revision={revision} />
    </li>
  );
}

/** The estimated height of a row in pixels, until it is measured. */
const rowHeight = 60;

/** `from`: the version that was shown before, whose row receives the focus; null for none. */
type RevisionListProps = { box: RefObject<HTMLElement | null>; from: number | null };

function RevisionList({ box, from }: RevisionListProps) {
  const { query, revisions } = useRevisions();
  const rows = useMemo(() => historyRows(revisions), [revisions]);
  const list = useWindow({
    count: rows.length,
    box,
    keyOf: (index) => rows[index]?.revision.number ?? index,
    rowHeight,
  });
  const back = rows.findIndex(({ revision }) => revision.number === from);
  const focusBack = useEffectEvent(() => list.focusRow(back));
  useEffect(() => {
    if (back !== -1 && document.activeElement === document.body) focusBack();
  }, [back]);
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (revisions.length === 0) {
    return (
      <Empty icon={<History size={26} />} title="No history yet">
        Every change is saved here. You can restore any version.
      </Empty>
    );
  }
  return (
    <>
      <ul aria-label="Versions" className="relative" style={{ height: list.height }}>
        {list.rows.map(({ index, start }) => {
          const row = rows[index];
          return row && <Row key={row.revision.number} ref={list.measure} row={row} index={index} top={start} />;
        })}
      </ul>
      {query.hasNextPage && (
        <div className="p-4 text-center">
          <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}

export const HistoryPanel = memo(function HistoryPanel() {
  const { shownRevision } = useWorkspace();
  const box = useRef<HTMLElement>(null);
  const shown = useRef(shownRevision);
  const [from, setFrom] = useState<number | null>(null);
  // The pressed row, or the closed view, has left the document, and the focus with it.
  useEffect(() => {
    if (shown.current === shownRevision) return;
    setFrom(shown.current);
    shown.current = shownRevision;
    if (shownRevision === null || document.activeElement !== document.body) return;
    focusFirst(box.current === null ? [] : [box.current]);
  }, [shownRevision]);
  return (
    <section ref={box} aria-label="History" className="h-full overflow-y-auto">
      {shownRevision === null ? (
        <RevisionList box={box} from={from} />
      ) : (
        <RevisionView key={shownRevision} number={shownRevision} />
      )}
    </section>
  );
});
