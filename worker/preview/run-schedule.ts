import type { Context } from "../accounts/index.ts";
import type { AppKind, BuilderRpc, ScheduleRunResult } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { requireApp } from "./publication/staging.ts";

type Input = { projectId: string; target: AppKind; scheduleId: string };

const remedies: Record<AppKind, string> = {
  preview: "Open the preview first.",
  public: "Publish the app first.",
  staging: "Stage the app first.",
};

/**
 * Runs an alarm or a cron of an app at once, and waits for its end. Does not change its due time.
 * @throws AppError `not_found`; `conflict` when the app does not run now, or the same handler is running; `dependency_down`
 */
export async function runSchedule(
  context: Context,
  builder: BuilderRpc,
  { projectId, target, scheduleId }: Input,
): Promise<ScheduleRunResult> {
  await getProject(context, projectId);
  await requireApp(context, { projectId, target });
  const run = await callBuilder(context, projectId, () => builder.runSchedule(projectId, target, scheduleId));
  if (!("problem" in run)) return run;
  if (run.problem === "absent") throw new AppError("not_found", "This app has no due alarm or cron with this id.");
  if (run.problem === "running") throw new AppError("conflict", "It is already running. Wait until it ends.");
  throw new AppError("conflict", `The app isn't running. ${remedies[target]}`);
}
