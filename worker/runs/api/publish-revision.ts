import { authorOf, type Context } from "../../accounts/index.ts";
import type { BatchResult } from "../../contract/index.ts";
import { messageOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import type { RevisionNotice } from "../log/project-log.ts";
import { type SessionEnv, sessionOf } from "../session-client.ts";

/**
 * Publishes a revision that was committed outside of a run to the project's live feed. Best effort: the revision is in
 * Postgres, and viewers that miss the event find it in the history.
 */
export async function publishRevision(
  { config, actor }: Context,
  env: SessionEnv,
  projectId: string,
  { revision, changes }: BatchResult,
): Promise<void> {
  const notice: RevisionNotice = { revision, paths: changes.map(({ path }) => path), author: authorOf(actor) };
  try {
    await sessionOf(env, projectId).onRevision(notice);
  } catch (error) {
    log(config.logLevel, "warn", { event: "live", projectId, error: messageOf(error) });
  }
}
