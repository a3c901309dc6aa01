import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AdminPublication } from "../../../worker/contract/index.ts";
import { listPublications, takeDown } from "../api/admin.ts";
import { pages } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.admin("apps") });

function AppRow({ app }: { app: AdminPublication }) {
  const [asked, setAsked] = useState(false);
  const removal = useMutation({ meta: { shown: true }, mutationFn: () => takeDown(app.projectId), onSuccess: refresh });
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{app.name}</p>
        <p className="truncate text-xs text-soft">
          {app.email} · version {app.revision} · {timeAgo(app.updatedAt)}
        </p>
        <a href={app.url} target="_blank" rel="noreferrer" className="stamp break-all text-ember-deep underline">
          {app.url}
        </a>
      </div>
      <Button small tone="danger" aria-label={`Take down ${app.name}`} onClick={() => setAsked(true)}>
        Take down
      </Button>
      {asked && (
        <Confirm
          title={`Take ${app.name} down?`}
          text="Its address stops working immediately. The owner can publish it again unless the account is suspended."
          action="Take down"
          busy={removal.isPending}
          error={removal.error}
          onConfirm={() => removal.mutate()}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}

export function AppsTab() {
  const query = useInfiniteQuery({
    queryKey: keys.admin("apps"),
    queryFn: ({ pageParam }) => listPublications(pageParam),
    ...pages,
  });
  const apps = query.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Section title="Published apps" note="Newest projects first.">
      {query.isPending && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && apps.length === 0 && <p className="text-sm text-soft">No app is published.</p>}
      {apps.length > 0 && (
        <ul aria-label="Published apps" className="card divide-y divide-line">
          {apps.map((app) => (
            <AppRow key={app.projectId} app={app} />
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
