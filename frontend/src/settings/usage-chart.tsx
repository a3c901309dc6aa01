import type { UsageReport } from "../../../worker/contract/index.ts";
import { count, dollars } from "../ui/format.ts";
import { everyDay, tokensOf } from "./usage-days.ts";

const dayName = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const shown = (day: string): string => dayName.format(new Date(day));

/** A column chart by day, of cost, or of tokens if the models are free. */
export function UsageChart({ report }: { report: UsageReport }) {
  const days = everyDay(report);
  const costs = report.total.microUsd > 0;
  const heightOf = (day: (typeof days)[number]) => (costs ? day.microUsd : tokensOf(day));
  const most = Math.max(1, ...days.map(heightOf));
  return (
    <figure className="card px-4 pt-4 pb-2">
      <ol aria-label="Usage by day" className="flex h-32 items-end gap-px sm:gap-0.5">
        {days.map((day) => {
          const words = `${shown(day.key)}: ${dollars(day.microUsd)}, ${count(tokensOf(day))} tokens`;
          const height = heightOf(day);
          return (
            <li key={day.key} title={words} className="group flex h-full min-w-0 flex-1 items-end">
              <span className="sr-only">{words}</span>
              <span
                aria-hidden="true"
                className={`w-full rounded-t-sm ${height > 0 ? "bar min-h-0.5 bg-ember group-hover:bg-ember-deep" : "bar-track h-px bg-line"}`}
                style={height > 0 ? { height: `${(height / most) * 100}%` } : undefined}
              />
            </li>
          );
        })}
      </ol>
      <figcaption className="mt-1.5 flex justify-between text-xs text-faint">
        <span>{shown(report.from)}</span>
        <span>{costs ? `Peak: ${dollars(most)}` : `Peak: ${count(most)} tokens`}</span>
        <span>{shown(report.to)}</span>
      </figcaption>
    </figure>
  );
}
