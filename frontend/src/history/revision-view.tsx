import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowLeft, ChevronRight, Undo2 } from "lucide-react";
import { useState } from "react";
import type { ChangeAction, RevisionDetail } from "../../../worker/contract/index.ts";
import { getRevision, restoreRevision } from "../api/projects.ts";
import { keys, moveHead } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { Author } from "./author.tsx";
import { DiffView } from "./diff-view.tsx";

const tones: Record<ChangeAction, string> = {
  created: "text-good",
  updated: "text-warn",
  deleted: "text-bad",
  moved: "text-soft",
};

type Change = RevisionDetail["changes"][number];

function ChangeRow({ change, startsOpen }: { change: Change; startsOpen: boolean }) {
  const { projectId, openFile } = useWorkspace();
  const [open, setOpen] = useState(startsOpen);
  return (
    <li className="border-b border-line">
      <div className="flex items-center gap-2 pr-3">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 items-center gap-2 px-3 py-2 text-left"
        >
          <ChevronRight size={13} className={`shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`} />
          <span className={`w-14 shrink-0 text-xs ${tones[change.action]}`}>{change.action}</span>
          <span className="stamp truncate">
            {change.from !== undefined && `${change.from} → `}
            {change.path}
          </span>
        </button>
        {change.after !== null && (
          <Button small tone="quiet" onClick={() => openFile(change.path)}>
            Open file
          </Button>
        )}
      </div>
      {open && <DiffView projectId={projectId} before={change.before} after={change.after} />}
    </li>
  );
}

function Restore({ number }: { number: number }) {
  const { projectId, head, openRevision } = useWorkspace();
  const undo = useMutation({
    mutationFn: (before: number) => restoreRevision(projectId, before),
    onSuccess: (result, before) => {
      moveHead(projectId, result.revision);
      toast(`Restored version ${before}.`);
    },
  });
  const restore = useMutation({
    mutationFn: () => restoreRevision(projectId, number),
    onSuccess: (result) => {
      const before = head;
      moveHead(projectId, result.revision);
      openRevision(null);
      toast(`Restored version ${number}.`, "good", { label: "Undo", act: () => undo.mutate(before) });
    },
  });
  if (number === head) return <span className="text-xs text-faint">Current</span>;
  return (
    <Button small busy={restore.isPending} onClick={() => restore.mutate()}>
      <Undo2 size={13} /> Restore
    </Button>
  );
}

/** One revision: its changes, and the button that restores it. */
export function RevisionView({ number }: { number: number }) {
  const { projectId, openRevision } = useWorkspace();
  const query = useQuery({
    queryKey: keys.revision(projectId, number),
    queryFn: () => getRevision(projectId, number),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const revision = query.data;
  return (
    <>
      <div className="sticky top-0 z-10 flex min-h-10 items-center gap-2 border-b border-line bg-surface px-2 py-1">
        <IconButton label="All versions" onClick={() => openRevision(null)}>
          <ArrowLeft size={15} />
        </IconButton>
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm">
            <span className="text-ember-deep">Version {number}</span> {revision?.message}
          </p>
          {revision !== undefined && (
            <p className="text-xs text-faint">
              <Author author={revision.author} /> · {timeAgo(revision.createdAt)}
            </p>
          )}
        </div>
        {revision !== undefined && <Restore number={number} />}
      </div>
      {query.isPending && <Skeleton lines={5} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      <ul aria-label="Changes">
        {revision?.changes.map((change) => (
          <ChangeRow key={change.path} change={change} startsOpen={revision.changes.length <= 3} />
        ))}
      </ul>
    </>
  );
}
