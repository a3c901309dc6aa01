import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Alert, AlertEvent } from "../../../worker/contract/index.ts";
import { deleteAlert, listAlertEvents, listAlerts } from "../api/admin.ts";
import { pages } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { AlertDialog } from "./alert-dialog.tsx";
import { wait } from "./figures.ts";
import { describeRule, formatMetric } from "./metric-labels.ts";

const refreshMs = 15_000;

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.admin("alerts") });

function AlertRow({ alert, onChange }: { alert: Alert; onChange: () => void }) {
  const [asked, setAsked] = useState(false);
  const removal = useMutation({ meta: { shown: true }, mutationFn: () => deleteAlert(alert.name), onSuccess: refresh });
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{alert.name}</span>
          <span className={alert.state === "firing" ? "text-sm font-medium text-bad" : "text-sm text-good"}>
            {alert.state === "firing" ? "Firing" : "OK"}
          </span>
          <span className="text-xs text-faint">
            since {timeAgo(alert.since)}
            {alert.value !== null && `, last ${formatMetric(alert.metric, alert.value)}`}
          </span>
        </p>
        <p className="mt-1 text-xs text-soft">
          {describeRule(alert)}. At most one {alert.severity} in {wait(alert.cooldownSeconds)}.
        </p>
      </div>
      <IconButton label={`Change ${alert.name}`} onClick={onChange}>
        <Pencil size={14} />
      </IconButton>
      <IconButton label={`Delete ${alert.name}`} onClick={() => setAsked(true)}>
        <Trash2 size={14} />
      </IconButton>
      {asked && (
        <Confirm
          title={`Delete ${alert.name}?`}
          text="You will no longer be notified of it."
          action="Delete alert"
          busy={removal.isPending}
          error={removal.error}
          onConfirm={() => removal.mutate()}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}

function EventRow({ event }: { event: AlertEvent }) {
  const { name, kind, at, data } = event;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 px-4 py-2 text-sm">
      <span className={kind === "fired" ? "w-20 text-bad" : "w-20 text-good"}>
        {kind === "fired" ? "Fired" : "Resolved"}
      </span>
      <span className="min-w-0 flex-1">
        {name}
        {data.value !== null && <span className="text-faint"> at {formatMetric(data.metric, data.value)}</span>}
        {data.slowQueries !== undefined && (
          <span className="stamp text-faint"> {data.slowQueries.map((query) => query.name).join(", ")}</span>
        )}
      </span>
      <time dateTime={at} title={new Date(at).toLocaleString()} className="text-xs text-faint">
        {timeAgo(at)}
      </time>
    </li>
  );
}

function History() {
  const query = useInfiniteQuery({
    queryKey: keys.admin("alerts", "events"),
    queryFn: ({ pageParam }) => listAlertEvents(pageParam),
    ...pages,
    refetchInterval: refreshMs,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const events = query.data.pages.flatMap(({ data }) => data);
  if (events.length === 0) return <p className="text-sm text-soft">No alert has fired yet.</p>;
  return (
    <>
      <ul aria-label="History" className="card divide-y divide-line">
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}

export function AlertsTab() {
  const [edited, setEdited] = useState<Alert | "new" | null>(null);
  const query = useQuery({ queryKey: keys.admin("alerts"), queryFn: listAlerts, refetchInterval: refreshMs });
  return (
    <>
      <Section title="Alerts" note="Evaluated every minute. Notifies Sentry, your webhooks and the owners by email.">
        <Button className="mb-3" onClick={() => setEdited("new")}>
          New alert
        </Button>
        {query.isPending && <Skeleton />}
        {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.data && (
          <ul aria-label="Alerts" className="card divide-y divide-line">
            {query.data.data.map((alert) => (
              <AlertRow key={alert.name} alert={alert} onChange={() => setEdited(alert)} />
            ))}
          </ul>
        )}
      </Section>
      <Section title="History">
        <History />
      </Section>
      {edited !== null && <AlertDialog alert={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}
