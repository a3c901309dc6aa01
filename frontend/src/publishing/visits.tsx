import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { VisitReport } from "../../../worker/contract/index.ts";
import { getVisits } from "../api/publishing.ts";
import { keys } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { StatCard } from "../settings/stat-card.tsx";
import { firstOf } from "../settings/usage-days.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { count, plural } from "../ui/format.ts";
import { duration, everyVisitDay } from "./visit-days.ts";

const spans = [7, 30, 90];

const dayName = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const shown = (day: string): string => dayName.format(new Date(day));

/** Shows the visits, errors and durations of the published app by day. */
export function Visits({ projectId }: { projectId: string }) {
  const [days, setDays] = useState(30);
  const query = useQuery({
    queryKey: keys.publishing(projectId, "visits", String(days)),
    queryFn: () => getVisits(projectId, firstOf(days, Date.now())),
    placeholderData: keepPreviousData,
  });
  return (
    <Section title="Visits" note="A visit is a page load in a browser. Days are in UTC.">
      <select
        aria-label="Time"
        className="input mb-3 w-auto py-1 text-sm"
        value={days}
        onChange={({ currentTarget }) => setDays(Number(currentTarget.value))}
      >
        {spans.map((span) => (
          <option key={span} value={span}>
            {span} days
          </option>
        ))}
      </select>
      {query.isPending && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && (query.data.data.length === 0 ? <NoVisits /> : <Report report={query.data} />)}
    </Section>
  );
}

const NoVisits = () => <p className="text-sm text-faint">No visits in this period.</p>;

function Report({ report }: { report: VisitReport }) {
  const { visits, requests, errors } = report.total;
  return (
    <>
      <dl className="mb-3 grid grid-cols-3 gap-3">
        <StatCard name="Visits" value={count(visits)} />
        <StatCard name="Requests" value={count(requests)} />
        <StatCard name="Errors" value={count(errors)} />
      </dl>
      <VisitChart report={report} />
      <DayTable report={report} />
    </>
  );
}

/** A column chart of the visits per day. */
function VisitChart({ report }: { report: VisitReport }) {
  const days = everyVisitDay(report);
  const peak = Math.max(...days.map(({ visits }) => visits));
  return (
    <figure className="card mb-3 px-4 pt-4 pb-2">
      <ol aria-label="Visits by day" className="flex h-24 items-end gap-px sm:gap-0.5">
        {days.map(({ day, visits }) => (
          <li
            key={day}
            title={`${shown(day)}: ${plural(visits, "visit")}`}
            className="flex h-full min-w-0 flex-1 items-end"
          >
            <span className="sr-only">{`${shown(day)}: ${plural(visits, "visit")}`}</span>
            <span
              aria-hidden="true"
              className={`w-full rounded-t-sm ${visits > 0 ? "bar min-h-0.5 bg-ember" : "bar-track h-px bg-line"}`}
              style={visits > 0 ? { height: `${(visits / peak) * 100}%` } : undefined}
            />
          </li>
        ))}
      </ol>
      <figcaption className="mt-1.5 flex justify-between text-xs text-faint">
        <span>{shown(report.from)}</span>
        <span>Peak: {plural(peak, "visit")}</span>
        <span>{shown(report.to)}</span>
      </figcaption>
    </figure>
  );
}

/** Lists the days with requests, newest first. */
function DayTable({ report }: { report: VisitReport }) {
  return (
    <section
      aria-label="Days with visits"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="card max-h-72 overflow-auto"
    >
      <table className="w-full text-sm tabular-nums">
        <thead className="text-left text-xs text-faint">
          <tr className="border-b border-line">
            {["Day", "Visits", "Requests", "Errors", "Median", "95th percentile"].map((title) => (
              <th key={title} scope="col" className="px-3 py-2 font-normal whitespace-nowrap">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {report.data.toReversed().map(({ day, visits, requests, errors, p50Ms, p95Ms }) => (
            <tr key={day}>
              <th scope="row" className="px-3 py-2 text-left font-normal whitespace-nowrap">
                {shown(day)}
              </th>
              <td className="px-3 py-2">{count(visits)}</td>
              <td className="px-3 py-2">{count(requests)}</td>
              <td className={`px-3 py-2 ${errors > 0 ? "text-bad" : ""}`}>{count(errors)}</td>
              <td className="px-3 py-2 whitespace-nowrap">{duration(p50Ms)}</td>
              <td className="px-3 py-2 whitespace-nowrap">{duration(p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
