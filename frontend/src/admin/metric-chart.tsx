import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { MetricName } from "../../../worker/contract/index.ts";
import { getMetric } from "../api/admin.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Chart } from "./chart.tsx";
import { everyStep } from "./every-step.ts";

export type Span = { name: string; title: string; seconds: number; step: number };

type MetricChartProps = { metric: MetricName; title: string; span: Span; format: (value: number) => string };

/** The interval at which a chart refetches its data. */
const refreshMs = 30_000;

/** A chart of one metric over a time span. */
export function MetricChart({ metric, title, span, format }: MetricChartProps) {
  const query = useQuery({
    queryKey: keys.admin("metric", metric, span.name),
    queryFn: () =>
      getMetric({ metric, from: new Date(Date.now() - span.seconds * 1_000).toISOString(), step: span.step }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
  const series = useMemo(() => query.data && everyStep(query.data), [query.data]);
  const measured = (series?.values ?? []).filter((value) => value !== null);
  const latest = measured.at(-1);
  const words =
    latest === undefined
      ? "nothing was measured"
      : `last ${format(latest)}, highest ${format(measured.reduce((most, value) => Math.max(most, value), latest))}`;
  return (
    <figure className="card min-w-0 px-3 pt-3 pb-1">
      <figcaption className="flex justify-between gap-3 px-1 text-sm">
        <span className="font-medium">{title}</span>
        <span className="text-faint tabular-nums">{words}</span>
      </figcaption>
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Skeleton />}
      {series && <Chart label={`${title}, ${span.title}: ${words}`} {...series} format={format} />}
    </figure>
  );
}
