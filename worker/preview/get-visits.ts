import type { Context } from "../accounts/index.ts";
import { type BuilderRpc, dayOf, maxReportDays, type VisitReport } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";

const dayMs = 86_400_000;
const usualDays = 30;

type Input = { projectId: string; from?: string | undefined; to?: string | undefined };

/**
 * Reports the visits of a published app on these days (UTC, inclusive), even after it was unpublished.
 * @throws AppError `not_found`, `dependency_down`; `invalid_request` when `from` is after `to`, or more than a year before it
 */
export async function getVisits(
  context: Context,
  builder: BuilderRpc,
  { projectId, ...asked }: Input,
): Promise<VisitReport> {
  const to = asked.to ?? dayOf(Date.now());
  const from = asked.from ?? dayOf(Date.parse(to) - (usualDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1) throw invalid("from is after to.");
  if (days > maxReportDays) throw invalid(`A report can cover at most ${maxReportDays} days.`);
  await getProject(context, projectId);
  const data = await callBuilder(context, projectId, () => builder.visits(projectId, from, to));
  const sum = (of: "visits" | "requests" | "errors") => data.reduce((total, day) => total + day[of], 0);
  const total = { visits: sum("visits"), requests: sum("requests"), errors: sum("errors") };
  return { from, to, data, total };
}

const invalid = (detail: string): AppError =>
  new AppError("invalid_request", detail, { errors: [{ pointer: "?from", code: "invalid_range", detail }] });
