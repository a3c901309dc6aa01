import type { Context } from "../accounts/index.ts";
import type { AppKind, BuilderRpc, Page, ScheduledCall } from "../contract/index.ts";
import { type PageRequest, pageFrom } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { requireApp } from "./publication/staging.ts";

type Input = { projectId: string; target: AppKind; page: PageRequest };

/**
 * Returns a page of the alarms and crons of an app that are due, the earliest first.
 * @throws AppError `not_found`, `invalid_cursor`, `dependency_down`
 */
export async function listSchedules(
  context: Context,
  builder: BuilderRpc,
  { projectId, target, page }: Input,
): Promise<Page<ScheduledCall>> {
  await getProject(context, projectId);
  await requireApp(context, { projectId, target });
  const listed = await callBuilder(context, projectId, () => builder.schedules(projectId, target));
  const all = listed.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const { after } = page;
  return pageFrom(after === null ? all : all.filter((one) => keyOf(one) > after), page, keyOf);
}

/** The sort key of the list: due time, then name. */
const keyOf = ({ dueAt, kind, cron, object }: ScheduledCall): string =>
  `${dueAt} ${kind === "cron" ? cron : `${object?.className}:${object?.name}`}`;
