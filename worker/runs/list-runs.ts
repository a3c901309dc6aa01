import type { Context } from "../accounts/index.ts";
import type { Page, Run } from "../contract/index.ts";
import { type PageRequest, pageFrom, read } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { askSession, type SessionEnv } from "./session-client.ts";
import { shownRow } from "./shown.ts";
import { selectRuns } from "./store.ts";

/** A project's runs, newest first; those that go on as their Session knows them. */
export async function listRuns(
  context: Context,
  env: SessionEnv,
  projectId: string,
  page: PageRequest,
): Promise<Page<Run>> {
  await getProject(context, projectId);
  const rows = await read(selectRuns(context.database, projectId, page.after, page.limit + 1));
  const { data, pagination } = pageFrom(rows, page, (row) => row.id);
  const ofSession = (id: string) => askSession(env, projectId, (session) => session.describe(id));
  const shown = data.map(async (row) =>
    row.endedAt === null ? ((await ofSession(row.id)) ?? shownRow(row)) : shownRow(row),
  );
  return { data: await Promise.all(shown), pagination };
}
