import type { Context } from "../../accounts/index.ts";
import type { Page, Run, RunFilter } from "../../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../../database/index.ts";
import { getProject } from "../../projects/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { type RunRow, selectRuns } from "../store.ts";
import { toRun } from "../to-api.ts";

type Input = { projectId: string; page: PageRequest; filter: RunFilter };

/**
 * Lists a project's runs, newest first unless filtered otherwise. Active runs are read from their Session.
 * @throws AppError `not_found`, `invalid_cursor`
 */
export async function listRuns(context: Context, env: SessionEnv, input: Input): Promise<Page<Run>> {
  const { projectId, page, filter } = input;
  await getProject(context, projectId);
  const limit = page.limit + 1;
  const found: Run[] = [];
  for (let after = page.after; found.length < limit; ) {
    const rows = await executeIdempotent(selectRuns(context.database, { projectId, after, limit, filter }));
    const runs = await Promise.all(rows.map((row) => current(env, row)));
    found.push(...runs.filter(({ status }) => filter.status === undefined || status === filter.status));
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined) break;
    after = last.id;
  }
  return pageFrom(found, page, (run) => run.id);
}

async function current(env: SessionEnv, row: RunRow): Promise<Run> {
  if (row.endedAt !== null) return toRun(row);
  return (await askSession(env, row.projectId, (session) => session.describe(row.id))) ?? toRun(row);
}
