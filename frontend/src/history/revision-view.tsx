import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, MonitorPlay, Undo2 } from "lucide-react";
import { useState } from "react";
import type { RevisionDetail } from "../../../worker/contract/index.ts";
import { getRevision } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { Author } from "./author.tsx";
import { ChangeList } from "./change-list.tsx";
import { CompareSelect } from "./compare-select.tsx";
import { Comparison } from "./comparison.tsx";
import { noSuchVersion } from "./no-such-version.ts";
import { RestoreWithData } from "./restore-with-data.tsx";
import { useRestore } from "./use-restore.ts";

function Actions({ number }: { number: number }) {
  const { head, role, openRevision, previewRevision } = useWorkspace();
  const restore = useRestore(() => openRevision(null));
  const [isAsked, setIsAsked] = useState(false);
  const isEditor = role !== "viewer";
  if (number === head) return <span className="text-xs text-faint">Current</span>;
  return (
    <>
      {isEditor && (
        <Button small tone="quiet" onClick={() => setIsAsked(true)}>
          Restore with data
        </Button>
      )}
      {isAsked && (
        <RestoreWithData number={number} onClose={() => setIsAsked(false)} onRestored={() => openRevision(null)} />
      )}
      <Button small onClick={() => previewRevision(number)}>
        <MonitorPlay size={13} /> Preview
      </Button>
      {isEditor && (
        <Button small busy={restore.isPending} onClick={() => restore.mutate(number)}>
          <Undo2 size={13} /> Restore
        </Button>
      )}
    </>
  );
}

function Heading({ number, revision }: { number: number; revision: RevisionDetail | undefined }) {
  const { openRevision } = useWorkspace();
  return (
    <div className="flex min-w-48 flex-1 items-center gap-2">
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
    </div>
  );
}

/** Shows a version's own changes, or its differences from another version, with buttons that preview and restore it. */
export function RevisionView({ number }: { number: number }) {
  const { projectId, head, openRevision } = useWorkspace();
  const missing = noSuchVersion(number, head);
  const [other, setOther] = useState<number | null>(null);
  const query = useQuery({
    queryKey: keys.revision(projectId, number),
    queryFn: () => getRevision(projectId, number),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: missing === null,
  });
  const revision = query.data;
  if (missing !== null) {
    return (
      <Empty title={missing}>
        <Button onClick={() => openRevision(null)}>Show all versions</Button>
      </Empty>
    );
  }
  return (
    <>
      <div className="sticky top-0 z-10 flex min-h-10 flex-wrap items-center gap-2 border-b border-line bg-surface px-2 py-1">
        <Heading number={number} revision={revision} />
        {revision !== undefined && (
          <>
            <CompareSelect number={number} other={other} onChange={setOther} />
            <Actions number={number} />
          </>
        )}
      </div>
      {query.isPending && <Skeleton lines={5} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {revision !== undefined && other === null && <ChangeList changes={revision.changes} />}
      {revision !== undefined && other !== null && (
        <Comparison from={Math.min(number, other)} to={Math.max(number, other)} />
      )}
    </>
  );
}
