import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AppKind } from "../../../worker/contract/index.ts";
import { listSchedules, runSchedule } from "../api/app-environment.ts";
import { keys } from "../api/queries.ts";
import { AppSelect, useAppChoice } from "../publishing/app-select.tsx";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { EnvironmentList } from "./environment-list.tsx";

type Schedule = Awaited<ReturnType<typeof listSchedules>>["data"][number];

const note =
  "Jobs that run without a visitor: cron schedules of edgesmith.json, in UTC, and alarms that the app has set. A preview's schedules pause one day after its last visit.";

const outcomes: Record<NonNullable<Schedule["lastOutcome"]>, string> = { ok: "succeeded", failed: "failed" };

/** Returns a schedule's title: the cron expression, or the object that the alarm belongs to. */
function titleOf({ kind, cron, object }: Schedule): string {
  if (kind === "cron") return `Cron ${cron}`;
  const { className = "App", name = null } = object ?? {};
  return name === null ? `Alarm of ${className}` : `Alarm of ${className} “${name}”`;
}

/** Describes a schedule's last run in one line. */
function lastRunOf({ lastAt, lastOutcome, lastByHand }: Schedule): string {
  if (lastAt === null) return "Has not run yet";
  const how = lastByHand ? " by hand" : "";
  return `Last run${how} ${timeAgo(lastAt)}${lastOutcome === null ? "" : `, ${outcomes[lastOutcome]}`}`;
}

type RunNowProps = { projectId: string; target: AppKind; schedule: Schedule };

/** A button that runs a schedule immediately and reports the outcome. */
function RunNow({ projectId, target, schedule }: RunNowProps) {
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: () => runSchedule(projectId, schedule.id, target),
    onSuccess: ({ error, ms }) =>
      error === null ? toast(`Ran in ${ms} ms.`) : toast(`The run failed: ${error}`, "bad"),
    onError: ({ message }) => toast(message, "bad"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.schedules(projectId, target) }),
  });
  return (
    <Button busy={run.isPending} onClick={() => run.mutate()} aria-label={`Run ${titleOf(schedule)} now`}>
      Run now
    </Button>
  );
}

/** Lists the alarms and crons of an app with their last runs. */
export function Schedules({ projectId }: { projectId: string }) {
  const choice = useAppChoice<AppKind>(projectId, ["preview", "public", "staging"]);
  const target = choice.app;
  return (
    <Section title="Schedules" note={note}>
      <AppSelect {...choice} label="Whose schedules" className="mb-3 text-sm" />
      <EnvironmentList
        label="Schedules"
        none="Nothing is due."
        listKey={keys.schedules(projectId, target)}
        list={() => listSchedules(projectId, target)}
      >
        {(schedule) => (
          <li key={schedule.id} className="px-4 py-3">
            <div className="flex items-start justify-between gap-3">
              <p className="stamp wrap-anywhere">{titleOf(schedule)}</p>
              <RunNow projectId={projectId} target={target} schedule={schedule} />
            </div>
            <p className="mt-1 text-xs text-soft">
              Due <time dateTime={schedule.dueAt}>{new Date(schedule.dueAt).toLocaleString()}</time>
              {schedule.attempt > 0 && ` · attempt ${schedule.attempt}`} ·{" "}
              <span className={schedule.lastOutcome === "failed" ? "text-bad" : ""}>{lastRunOf(schedule)}</span>
            </p>
          </li>
        )}
      </EnvironmentList>
    </Section>
  );
}
