import { type MetricPoints, type MetricQuery, maxPoints } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { isCount, type MetricsStore, metricOver, readMinutes } from "../metrics/index.ts";
import { minuteMs, minuteOf } from "../monitoring/index.ts";

const hourMs = 3_600_000;

/**
 * Returns one metric over time, in steps of whole minutes.
 * @param now in Unix milliseconds
 * @throws AppError `invalid_request` for an empty period, or one with too many points
 */
export async function getMetrics(
  dependencies: { database: Database; store: MetricsStore },
  query: MetricQuery,
  now: number,
): Promise<MetricPoints> {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = minuteOf(query.from === undefined ? to - hourMs : Date.parse(query.from));
  const stepMs = Math.ceil(query.step / 60) * minuteMs;
  const count = Math.ceil((to - from) / stepMs);
  if (count < 1) throw refused("from", "from must be before to.");
  if (count > maxPoints) throw refused("step", `This step gives ${count} points. The maximum is ${maxPoints}.`);
  const minutes = await readMinutes(dependencies, { from, to });
  const steps = Map.groupBy(minutes, ({ minute }) => Math.floor((minute - from) / stepMs));
  const points = Array.from({ length: count }, (_, step) => ({
    at: new Date(from + step * stepMs).toISOString(),
    value: metricOver(query.metric, steps.get(step) ?? []),
  }));
  return {
    metric: query.metric,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    step: stepMs / 1_000,
    points: points.flatMap(({ at, value }) => {
      if (value !== null) return [{ at, value }];
      return isCount(query.metric) ? [{ at, value: 0 }] : [];
    }),
  };
}

const refused = (name: string, detail: string) =>
  new AppError("invalid_request", detail, { errors: [{ pointer: `?${name}`, code: "invalid_value", detail }] });
