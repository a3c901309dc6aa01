import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot, History, KeyRound, Server, User } from "lucide-react";
import { memo } from "react";
import type { Revision } from "../../../worker/contract/index.ts";
import { pages } from "../api/client.ts";
import { listRevisions } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { Author } from "./author.tsx";
import { RevisionView } from "./revision-view.tsx";

const icons = { agent: Bot, user: User, token: KeyRound, system: Server } as const;

/** "+3 ~2 −1": created, changed and deleted files. */
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

function RevisionItem({ revision, isHead }: { revision: Revision; isHead: boolean }) {
  const { openRevision } = useWorkspace();
  const Icon = icons[revision.author.kind];
  return (
    <li>
      <button
        type="button"
        onClick={() => openRevision(revision.number)}
        className="flex w-full items-start gap-3 px-4 py-3 text-left hover:bg-sunken"
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
    </li>
  );
}

function RevisionList() {
  const { projectId, head } = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: keys.revisions(projectId),
    queryFn: ({ pageParam }) => listRevisions(projectId, pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const revisions = query.data.pages.flatMap((page) => page.data);
  if (revisions.length === 0) {
    return (
      <Empty icon={<History size={26} />} title="No history yet">
        Every change is saved here. You can restore any version.
      </Empty>
    );
  }
  return (
    <>
      <ul aria-label="Versions" className="divide-y divide-line">
        {revisions.map((revision) => (
          <RevisionItem key={revision.number} revision={revision} isHead={revision.number === head} />
        ))}
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
  return (
    <section aria-label="History" className="h-full overflow-y-auto">
      {shownRevision === null ? <RevisionList /> : <RevisionView key={shownRevision} number={shownRevision} />}
    </section>
  );
});
