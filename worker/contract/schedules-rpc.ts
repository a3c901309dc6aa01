// The types of apps' alarms and crons, between the API Worker and the preview Worker. Types only.

/**
 * A due time of an app: an alarm of one of its objects, or a cron. Timestamps are RFC 3339.
 * - `attempt`: the attempts that have begun for this due time
 * - `lastAt`, `lastOutcome`, `lastByHand`: the previous run, and whether the app's owner started it
 */
export type ScheduledCall = {
  id: string;
  kind: "alarm" | "cron";
  cron: string | null;
  object: { className: string; name: string | null } | null;
  dueAt: string;
  attempt: number;
  lastAt: string | null;
  lastOutcome: "ok" | "failed" | null;
  lastByHand: boolean;
};

/**
 * A run that the app's owner started, or why it did not start: an unknown alarm or cron, an app that does not run now,
 * or an alarm or cron that is running already.
 */
export type ScheduleRun =
  | { startedAt: string; outcome: "ok" | "failed"; ms: number; error: string | null }
  | { problem: "absent" | "stopped" | "running" };
