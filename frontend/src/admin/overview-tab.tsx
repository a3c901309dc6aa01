import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { Overview } from "../../../worker/contract/index.ts";
import { getOverview, listOpenRuns } from "../api/admin.ts";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { StatCard } from "../settings/stat-card.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { compact, count, dollars, timeAgo } from "../ui/format.ts";
import { axisDollars, duration, percent, wait } from "./figures.ts";
import { MetricChart, type Span } from "./metric-chart.tsx";
import { Table } from "./table.tsx";

const refreshMs = 15_000;

const hour: Span = { name: "hour", title: "last hour", seconds: 3_600, step: 60 };
const spans: Span[] = [
  hour,
  { name: "day", title: "last 24 hours", seconds: 86_400, step: 900 },
  { name: "week", title: "last 7 days", seconds: 7 * 86_400, step: 7_200 },
];

const orNone = (value: number | null, format: (value: number) => string): string =>
  value === null ? "–" : format(value);

function Figures({ overview }: { overview: Overview }) {
  const { lastHour, today, runs, deliveries, accounts, projects } = overview;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
      <StatCard name="Requests" value={count(lastHour.requests)} />
      <StatCard name="Error rate" value={orNone(lastHour.errorRate, percent)} />
      <StatCard name="p50" value={orNone(lastHour.latencyP50Ms, duration)} />
      <StatCard name="p95" value={orNone(lastHour.latencyP95Ms, duration)} />
      <StatCard name="Slowest query" value={orNone(lastHour.databaseMaxMs, duration)} />
      <StatCard name="Memory held" value={orNone(lastHour.heldBytesShare, percent)} />
      <StatCard name="Spent today" value={`${dollars(today.spentMicroUsd)} of ${dollars(today.ceilingMicroUsd)}`} />
      <StatCard name="Runs under way" value={`${runs.running + runs.waiting}, ${runs.queued} queued`} />
      <StatCard name="Runs ended" value={`${lastHour.runs}, ${lastHour.failedRuns} failed`} />
      <StatCard name="Deliveries due" value={`${deliveries.due}, ${wait(deliveries.lagSeconds)} late`} />
      <StatCard name="Accounts" value={`${count(accounts.total)}, ${accounts.suspended} suspended`} />
      <StatCard name="Projects" value={`${count(projects.total)}, ${projects.published} published`} />
    </dl>
  );
}

function Firing({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <p role="status" className="mb-6 rounded-md border border-bad bg-bad-wash px-4 py-3 text-sm">
      Firing:{" "}
      <Link href="/admin/alerts" className="font-medium underline underline-offset-3">
        {names.join(", ")}
      </Link>
    </p>
  );
}

function Charts() {
  const [span, setSpan] = useState(hour);
  return (
    <Section title="Over time">
      <fieldset aria-label="Time" className="mb-3 inline-flex rounded-md bg-sunken p-0.5 text-sm">
        {spans.map((one) => (
          <button
            key={one.name}
            type="button"
            aria-pressed={one === span}
            onClick={() => setSpan(one)}
            className="rounded px-2.5 py-1 text-soft hover:text-ink aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-sm"
          >
            {one.title}
          </button>
        ))}
      </fieldset>
      <div className="grid gap-3 lg:grid-cols-2">
        <MetricChart metric="requests" title="Requests" span={span} format={compact} />
        <MetricChart metric="error_rate" title="Error rate" span={span} format={percent} />
        <MetricChart metric="latency_p95_ms" title="p95 of requests" span={span} format={duration} />
        <MetricChart metric="database_max_ms" title="Slowest query" span={span} format={duration} />
        <MetricChart metric="model_micro_usd" title="Spend" span={span} format={axisDollars} />
        <MetricChart metric="held_bytes_share" title="Memory held" span={span} format={percent} />
      </div>
    </Section>
  );
}

function OpenRuns() {
  const query = useInfiniteQuery({
    queryKey: keys.admin("runs"),
    queryFn: ({ pageParam }) => listOpenRuns(pageParam),
    ...pages,
    refetchInterval: refreshMs,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Table
      label="Runs under way"
      rows={query.data.pages.flatMap(({ data }) => data)}
      keyOf={({ id }) => id}
      empty="No active runs."
      columns={[
        { title: "Run", of: ({ id }) => <span className="stamp">{id}</span> },
        { title: "Account", of: ({ email }) => email },
        { title: "Agent", of: ({ agent }) => agent ?? "–" },
        { title: "State", of: ({ status }) => status },
        { title: "Created", of: ({ createdAt }) => timeAgo(createdAt), isNumber: true },
      ]}
    />
  );
}

function Details({ overview }: { overview: Overview }) {
  return (
    <>
      <Section title="Runs under way">
        <OpenRuns />
      </Section>
      <Section title="Routes" note="Last hour, busiest first.">
        <Table
          label="Routes"
          rows={overview.routes.slice(0, 20)}
          keyOf={({ route }) => route}
          empty="No requests in the last hour."
          columns={[
            { title: "Route", of: ({ route }) => <span className="stamp">{route}</span> },
            { title: "Requests", of: ({ requests }) => count(requests), isNumber: true },
            { title: "4xx", of: ({ clientErrors }) => count(clientErrors), isNumber: true },
            { title: "5xx", of: ({ serverErrors }) => count(serverErrors), isNumber: true },
            { title: "p50", of: ({ latencyP50Ms }) => orNone(latencyP50Ms, duration), isNumber: true },
            { title: "p95", of: ({ latencyP95Ms }) => orNone(latencyP95Ms, duration), isNumber: true },
            {
              title: "Database",
              of: ({ databaseMs, requests }) => `${duration(databaseMs / Math.max(1, requests))} each`,
              isNumber: true,
            },
          ]}
        />
      </Section>
      <Section title="Recent errors" note="Responses with a 5xx status. Search the log for the request ID to see more.">
        <Table
          label="Recent errors"
          rows={overview.recentErrors}
          keyOf={({ requestId, at }) => `${requestId} ${at}`}
          empty="No errors in the last hour."
          columns={[
            {
              title: "Request",
              of: ({ requestId }) => (
                <Link href={`/admin/traces?request=${encodeURIComponent(requestId)}`} className="stamp underline">
                  {requestId}
                </Link>
              ),
            },
            { title: "Route", of: ({ route }) => <span className="stamp">{route}</span> },
            { title: "Status", of: ({ status, code }) => `${status} ${code ?? ""}` },
            { title: "When", of: ({ at }) => timeAgo(at), isNumber: true },
          ]}
        />
      </Section>
      <Section title="Slow queries" note="Slower than a second in the last hour.">
        <Table
          label="Slow queries"
          rows={overview.slowQueries.map((query, place) => ({ ...query, place }))}
          keyOf={({ place }) => String(place)}
          empty="No slow queries in the last hour."
          columns={[
            { title: "Query", of: ({ name }) => <span className="stamp">{name}</span> },
            { title: "Took", of: ({ ms }) => duration(ms), isNumber: true },
          ]}
        />
      </Section>
    </>
  );
}

export function OverviewTab() {
  const query = useQuery({ queryKey: keys.admin("overview"), queryFn: getOverview, refetchInterval: refreshMs });
  if (query.isPending) return <Skeleton lines={8} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <Firing names={query.data.firing} />
      <Section title="The last hour">
        <Figures overview={query.data} />
      </Section>
      <Charts />
      <Details overview={query.data} />
    </>
  );
}
