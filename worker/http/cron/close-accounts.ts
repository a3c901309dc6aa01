import { type Context, closedAccounts, eraseAccount, ownerContext } from "../../accounts/index.ts";
import type { Config } from "../../config/index.ts";
import type { Database } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { discardStagedApp, endPreviewsOf, listStagedProjects, unpublishProject } from "../../preview/index.ts";
import { deleteProject, listProjects } from "../../projects/index.ts";
import { cancelRun, closeSuspended, forgetSession } from "../../runs/index.ts";
import type { Env } from "../environment.ts";
import { everyRow } from "../routes/every-page.ts";

type Dependencies = { config: Config; database: Database };
type ClosingEnv = Pick<Env, "SESSIONS" | "PREVIEW">;

/** The maximum number of runs, apps, accounts and connections, each, that one sweep handles. */
const atOnce = 20;

/**
 * Ends the activity of accounts that are suspended or due for deletion: cancels their runs, unpublishes their apps,
 * discards their staged apps, and closes the live connections and previews of accounts that were just suspended. Deletes
 * accounts whose grace period is over, project by project, in as many sweeps as that takes.
 * @throws AggregateError with all failures; the next sweep tries again
 */
export async function sweepClosedAccounts(env: ClosingEnv, dependencies: Dependencies): Promise<void> {
  const { runs, published, staged, due, suspended } = await closedAccounts(dependencies.database, atOnce);
  const outcomes = await Promise.allSettled([
    ...runs.map(({ id, ...owner }) => cancelRun(ownerContext(dependencies, owner), env, id)),
    ...published.map(({ id, ...owner }) => unpublishProject(ownerContext(dependencies, owner), env.PREVIEW, id)),
    ...staged.map(({ id, ...owner }) => discardStagedApp(ownerContext(dependencies, owner), env.PREVIEW, id)),
    ...due.map((owner) => deleteAccount(env, ownerContext(dependencies, owner))),
    ...suspended.map(({ ownerId }) => closeSuspended(dependencies.database, env, ownerId)),
    ...suspended.map(({ ownerId }) => endPreviewsOf(dependencies, env.PREVIEW, ownerId)),
  ]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0)
    throw new AggregateError(failures, "Some closed accounts still have open runs, apps or connections.");
}

/** Unpublishes every published app of an account, and discards its staged apps. */
export async function unpublishAll(env: ClosingEnv, context: Context): Promise<void> {
  const projects = everyRow(
    (page) => listProjects(context, page),
    ({ id }) => id,
  );
  for await (const { id, visibility } of projects) {
    if (visibility === "public") await unpublishProject(context, env.PREVIEW, id);
  }
  for (const id of await listStagedProjects(context)) await discardStagedApp(context, env.PREVIEW, id);
}

/** Deletes one page of the account's projects, and the account itself once it has none. */
async function deleteAccount(env: ClosingEnv, context: Context): Promise<void> {
  const page = await listProjects(context, { limit: atOnce, after: null });
  for (const { id } of page.data) {
    await deleteProject(context, { id, ifMatch: null }).catch((error: unknown) => {
      // Another request deleted the project in the meantime.
      if (!isAppError(error, "not_found")) throw error;
    });
    // Ends and charges the runs and deletes their logs. The sweep handles the publication and a Session that fails.
    await forgetSession(env, id);
  }
  if (!page.pagination.hasMore) await eraseAccount(context.database, context.actor.ownerId);
}
