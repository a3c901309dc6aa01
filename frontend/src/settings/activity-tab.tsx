import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { AuditEntry, Page } from "../../../worker/contract/index.ts";
import { listAudit, listTokens, listWebhooks } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { listProjectNames } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { activityLabel } from "./activity-labels.ts";
import { type Names, subjectWords, tokenWords } from "./activity-subject.ts";
import { Section } from "./section.tsx";

/** The maximum number of pages of each list to load for names. */
const maxPages = 5;

async function namesIn<T extends { id: string }>(
  list: (cursor: string | null) => Promise<Page<T>>,
  nameOf: (item: T) => string,
): Promise<[string, string][]> {
  const names: [string, string][] = [];
  let cursor: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const { data, pagination }: Page<T> = await list(cursor);
    names.push(...data.map((item): [string, string] => [item.id, nameOf(item)]));
    cursor = pagination.nextCursor;
    if (cursor === null) break;
  }
  return names;
}

const noNames: Names = new Map();

/** Returns the names of the account's projects, tokens and webhooks; undefined until they are loaded. */
function useNames(): Names | undefined {
  const { data, isError } = useQuery({
    queryKey: keys.names,
    queryFn: async () => {
      const lists = await Promise.all([
        namesIn(listProjectNames, ({ name }) => name),
        namesIn(listTokens, ({ name }) => name),
        namesIn(listWebhooks, ({ url }) => url),
      ]);
      return new Map(lists.flat());
    },
    staleTime: 30_000,
  });
  return isError ? noNames : data;
}

function actorOf({ action, actor }: AuditEntry, names: Names): string {
  // A refused sign-in identifies nobody, so it may have been anyone.
  if (action === "session.refused") return "someone";
  if (actor.kind === "user") return "you";
  return actor.kind === "system" ? "Edgesmith" : tokenWords(actor.id, names);
}

function Entry({ entry, names }: { entry: AuditEntry; names: Names }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 px-4 py-2 text-sm">
      <span className="min-w-0 flex-1">
        {activityLabel(entry.action)} <span className="wrap-anywhere">{subjectWords(entry.subject, names)}</span>
      </span>
      <span className="text-xs text-soft">{actorOf(entry, names)}</span>
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
  const names = useNames();
  return (
    <Section title="Activity" note="Sign-ins and changes to your account, tokens and projects.">
      {(query.isPending || (names === undefined && query.isSuccess)) && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && names !== undefined && (
        <ul aria-label="Activity" className="card divide-y divide-line">
          {query.data.pages
            .flatMap((page) => page.data)
            .map((entry) => (
              <Entry key={entry.id} entry={entry} names={names} />
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
