import type { MetricPoints } from "../../../worker/contract/index.ts";

/**
 * Returns a value for every step of a metric: null, which a chart shows as a gap, for a step without a measurement.
 * Times are Unix seconds.
 */
export function everyStep({ from, to, step, points }: MetricPoints): { times: number[]; values: (number | null)[] } {
  const known = new Map(points.map(({ at, value }) => [Date.parse(at) / 1_000, value]));
  const [start, end] = [Date.parse(from) / 1_000, Date.parse(to) / 1_000];
  const times = Array.from({ length: Math.ceil((end - start) / step) }, (_, place) => start + place * step);
  return { times, values: times.map((at) => known.get(at) ?? null) };
}
