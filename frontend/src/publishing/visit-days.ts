import type { VisitReport } from "../../../worker/contract/index.ts";

type VisitDay = VisitReport["data"][number];

const dayMs = 86_400_000;

/** Returns every day of a report, including days without requests, earliest first. */
export function everyVisitDay({ from, to, data }: Pick<VisitReport, "from" | "to" | "data">): VisitDay[] {
  const known = new Map(data.map((day) => [day.day, day]));
  const length = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  return Array.from({ length }, (_, place) => {
    const day = new Date(Date.parse(from) + place * dayMs).toISOString().slice(0, 10);
    return known.get(day) ?? { day, visits: 0, requests: 0, errors: 0, p50Ms: null, p95Ms: null };
  });
}

/** Formats milliseconds: "12 ms", "1.4 s", and a dash for a day without a response. */
export function duration(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
