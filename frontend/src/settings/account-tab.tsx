import { useQuery } from "@tanstack/react-query";
import type { Me } from "../../../worker/contract/index.ts";
import { getMe } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { bytes, count, dollars } from "../ui/format.ts";
import { ProfileForm } from "./profile-form.tsx";
import { Section } from "./section.tsx";
import { StatCard } from "./stat-card.tsx";
import { tokensOf } from "./usage-days.ts";

const planNames: Record<Me["plan"], string> = { free: "Free", pro: "Pro", enterprise: "Enterprise" };

function Numbers({ me }: { me: Me }) {
  const { today } = me.usage;
  const share = me.budget.dailyMicroUsd === 0 ? 0 : Math.min(1, today.microUsd / me.budget.dailyMicroUsd);
  return (
    <>
      <div className="card mb-3 px-4 py-3">
        <div className="flex justify-between text-sm">
          <span>
            {dollars(today.microUsd)} of {dollars(me.budget.dailyMicroUsd)} today
          </span>
          <span className="text-faint">
            {count(tokensOf(today) - today.outputTokens)} tokens in, {count(today.outputTokens)} out
          </span>
        </div>
        <div className="mt-2 bar-track h-1.5 overflow-hidden rounded-full bg-sunken">
          <div className="bar h-full rounded-full bg-ember" style={{ width: `${share * 100}%` }} />
        </div>
      </div>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-3">
        <StatCard name="Plan" value={planNames[me.plan]} />
        <StatCard name="Prompts per minute" value={count(me.limits.runsPerMinute)} />
        <StatCard name="API writes per minute" value={count(me.limits.writesPerMinute)} />
        <StatCard name="API reads per minute" value={count(me.limits.readsPerMinute)} />
        <StatCard name="Largest file" value={bytes(me.limits.fileBytes)} />
        <StatCard name="Files per project" value={count(me.limits.filesPerProject)} />
      </dl>
    </>
  );
}

export function AccountTab() {
  const query = useQuery({ queryKey: keys.me, queryFn: getMe });
  if (query.isPending) return <Skeleton lines={5} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <Section title="Account">
        <ProfileForm me={query.data} />
      </Section>
      <Section title="Usage and limits">
        <Numbers me={query.data} />
      </Section>
    </>
  );
}
