import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { SpendQuery, SpendReport } from "../../../worker/contract/index.ts";
import { getSpend } from "../api/admin.ts";
import { keys } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { count, dollars } from "../ui/format.ts";
import { Chart } from "./chart.tsx";
import { axisDollars } from "./figures.ts";
import { Table } from "./table.tsx";

const days = 30;
const dayMs = 86_400_000;
const shown = 10;

const groups = [
  { groupBy: "account", title: "Accounts" },
  { groupBy: "agent", title: "Agents" },
  { groupBy: "model", title: "Models" },
] as const;

const useSpend = (groupBy: SpendQuery["groupBy"]) =>
  useQuery({
    queryKey: keys.admin("spend", groupBy),
    queryFn: () => getSpend({ from: new Date(Date.now() - (days - 1) * dayMs).toISOString().slice(0, 10), groupBy }),
  });

function SpendChart({ report }: { report: SpendReport }) {
  const series = useMemo(() => {
    const known = new Map(report.data.map(({ key, microUsd }) => [key, microUsd]));
    const times = Array.from({ length: days }, (_, place) => Date.parse(report.from) / 1_000 + place * 86_400);
    const values = times.map((at) => known.get(new Date(at * 1_000).toISOString().slice(0, 10)) ?? 0);
    return { times, values };
  }, [report]);
  const label = `Spend by day (UTC), ${report.from} to ${report.to}: ${dollars(report.total.microUsd)} in all`;
  return (
    <figure className="card px-3 pt-3 pb-1">
      <figcaption className="px-1 text-sm text-soft">{label}</figcaption>
      <Chart label={label} {...series} format={axisDollars} isBars />
    </figure>
  );
}

function Groups({ groupBy, title }: (typeof groups)[number]) {
  const query = useSpend(groupBy);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Table
      label={title}
      rows={query.data.data.slice(0, shown)}
      keyOf={({ key }) => key}
      empty="Nothing was spent."
      columns={[
        { title: title.slice(0, -1), of: ({ key, name }) => name ?? <span className="stamp">{key}</span> },
        { title: "Input tokens", of: (row) => count(inputOf(row)), isNumber: true },
        { title: "Output tokens", of: ({ outputTokens }) => count(outputTokens), isNumber: true },
        { title: "Cost", of: ({ microUsd }) => dollars(microUsd), isNumber: true },
      ]}
    />
  );
}

const inputOf = (row: SpendReport["total"]): number => row.inputTokens + row.cacheReadTokens + row.cacheWriteTokens;

export function SpendTab() {
  const byDay = useSpend("day");
  return (
    <>
      <Section title="The last 30 days" note="The cost of runs and other model calls. Days are in UTC.">
        {byDay.isPending && <Skeleton />}
        {byDay.isError && <Failure error={byDay.error} retry={() => void byDay.refetch()} />}
        {byDay.data && <SpendChart report={byDay.data} />}
      </Section>
      {groups.map((group) => (
        <Section key={group.groupBy} title={group.title} note={`The ${shown} most expensive.`}>
          <Groups {...group} />
        </Section>
      ))}
    </>
  );
}
