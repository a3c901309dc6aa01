import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { UsageReport } from "../../../worker/contract/index.ts";
import { getUsage } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { count, dollars } from "../ui/format.ts";
import { Section } from "./section.tsx";
import { StatCard } from "./stat-card.tsx";
import { UsageChart } from "./usage-chart.tsx";
import { cachedShare, firstOf, tokensOf } from "./usage-days.ts";

const spans = [7, 30, 90];
const groups = [
  { name: "project", title: "Project" },
  { name: "agent", title: "Agent" },
  { name: "model", title: "Model" },
] as const;
type Group = (typeof groups)[number]["name"];

const useReport = (days: number, groupBy: Group | "day") =>
  useQuery({
    queryKey: keys.usage(days, groupBy),
    queryFn: () => getUsage({ from: firstOf(days, Date.now()), groupBy }),
    placeholderData: keepPreviousData,
  });

type ChoiceProps<T> = {
  label: string;
  options: readonly { value: T; title: string }[];
  chosen: NoInfer<T>;
  choose: (value: NoInfer<T>) => void;
};

function Choice<T extends string | number>({ label, options, chosen, choose }: ChoiceProps<T>) {
  return (
    <fieldset aria-label={label} className="inline-flex rounded-md bg-sunken p-0.5 text-sm">
      {options.map(({ value, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => choose(value)}
          className="rounded px-2.5 py-1 text-soft hover:text-ink aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-sm"
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}

function Totals({ total }: { total: UsageReport["total"] }) {
  return (
    <dl className="mb-3 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <StatCard name="Cost" value={dollars(total.microUsd)} />
      <StatCard name="Input tokens" value={count(tokensOf(total) - total.outputTokens)} />
      <StatCard name="Cached" value={`${Math.round(cachedShare(total) * 100)}%`} />
      <StatCard name="Output tokens" value={count(total.outputTokens)} />
    </dl>
  );
}

function KeyOf({ group, row }: { group: Group; row: UsageReport["data"][number] }) {
  if (group !== "project") return <span className="stamp">{row.key}</span>;
  if (row.key === "") return <span className="text-soft">Not project-related</span>;
  if (row.name === null) return <span className="text-soft">Deleted project</span>;
  return (
    <Link href={`/projects/${row.key}`} className="hover:underline">
      {row.name}
    </Link>
  );
}

function Groups({ report }: { report: UsageReport }) {
  const group = groups.find(({ name }) => name === report.groupBy) ?? groups[0];
  if (report.data.length === 0) return <p className="text-sm text-soft">No usage in this period.</p>;
  return (
    <div className="card overflow-x-auto">
      <table className="w-full text-sm tabular-nums">
        <thead className="text-left text-xs text-faint">
          <tr className="border-b border-line">
            <th className="px-4 py-2 font-normal">{group.title}</th>
            <th className="px-4 py-2 text-right font-normal">Input tokens</th>
            <th className="px-4 py-2 text-right font-normal">Output tokens</th>
            <th className="px-4 py-2 text-right font-normal">Cost</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {report.data.map((row) => (
            <tr key={row.key}>
              <th scope="row" className="max-w-64 truncate px-4 py-2 text-left font-normal">
                <KeyOf group={group.name} row={row} />
              </th>
              <td className="px-4 py-2 text-right">{count(tokensOf(row) - row.outputTokens)}</td>
              <td className="px-4 py-2 text-right">{count(row.outputTokens)}</td>
              <td className="px-4 py-2 text-right">{dollars(row.microUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.truncated && <p className="px-4 py-2 text-xs text-faint">Showing the first 1,000.</p>}
    </div>
  );
}

export function UsageTab() {
  const [days, setDays] = useState(30);
  const [group, setGroup] = useState<Group>("project");
  const [byDay, byGroup] = [useReport(days, "day"), useReport(days, group)];
  const failed = [byDay, byGroup].find(({ isError }) => isError);
  if (failed) return <Failure error={failed.error} retry={() => void failed.refetch()} />;
  const options = spans.map((value) => ({ value, title: `${value} days` }));
  return (
    <>
      <Section
        title="Usage"
        note="Prompts count once they have ended, including stopped and failed ones. Days are in UTC."
      >
        <div className="mb-3">
          <Choice label="Time" options={options} chosen={days} choose={setDays} />
        </div>
        {byDay.data === undefined ? (
          <Skeleton />
        ) : (
          <>
            <Totals total={byDay.data.total} />
            <UsageChart report={byDay.data} />
          </>
        )}
      </Section>
      <Section title="Breakdown">
        <div className="mb-3">
          <Choice
            label="By"
            options={groups.map(({ name, title }) => ({ value: name, title: `By ${title.toLowerCase()}` }))}
            chosen={group}
            choose={setGroup}
          />
        </div>
        {byGroup.data === undefined ? <Skeleton /> : <Groups report={byGroup.data} />}
      </Section>
    </>
  );
}
