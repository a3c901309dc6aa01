import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../../worker/contract/index.ts";
import { listAudit } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { activityLabel } from "./activity-labels.ts";
import { Section } from "./section.tsx";

function actorOf({ action, actor }: AuditEntry): string {
  // Nobody was signed in, so it may have been anyone.
  if (action === "session.refused") return "someone";
  if (actor.kind === "user") return "you";
  return actor.kind === "system" ? "Edgesmith" : `token ${actor.id}`;
}

function Entry({ entry }: { entry: AuditEntry }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 px-4 py-2 text-sm">
      <span className="min-w-0 flex-1">
        {activityLabel(entry.action)} <span className="stamp break-all text-faint">{entry.subject}</span>
      </span>
      <span className="text-xs text-soft">{actorOf(entry)}</span>
      {entry.address !== null && (
        <span className="stamp text-faint" title={entry.userAgent ?? undefined}>
          {entry.address}
        </span>
      )}
      <time dateTime={entry.at} title={new Date(entry.at).toLocaleString()} className="text-xs text-faint">
        {timeAgo(entry.at)}
      </time>
    </li>
  );
}

export function ActivityTab() {
  const query = useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) => listAudit(pageParam),
    ...pages,
  });
  return (
    <Section title="Activity" note="Sign-ins and changes to your account, tokens and projects.">
      {query.isPending && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && (
        <ul aria-label="Activity" className="card divide-y divide-line">
          {query.data.pages
            .flatMap((page) => page.data)
            .map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </Section>
  );
}
