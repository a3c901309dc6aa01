import { authorOf, type Context } from "../../accounts/index.ts";
import type { BatchResult } from "../../contract/index.ts";
import { messageOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import type { CommentNotice, RevisionNotice } from "../log/project-log.ts";
import { type SessionEnv, sessionOf } from "../session-client.ts";

/**
 * Broadcasts a revision that was committed outside of a run to the project's live feed. Best effort: the revision is in
 * Postgres, and viewers that miss the event find it in the history.
 */
export const publishRevision = (
  context: Context,
  env: SessionEnv,
  projectId: string,
  { revision, changes }: BatchResult,
): Promise<void> =>
  publish(context, env, projectId, {
    revision,
    paths: changes.map(({ path }) => path),
    author: authorOf(context.actor),
  });

/** Broadcasts a new or deleted comment to the project's live feed. Best effort, as for a revision. */
export const publishComment = (
  context: Context,
  env: SessionEnv,
  projectId: string,
  notice: CommentNotice,
): Promise<void> => publish(context, env, projectId, notice);

async function publish(
  { config }: Context,
  env: SessionEnv,
  projectId: string,
  notice: RevisionNotice | CommentNotice,
): Promise<void> {
  try {
    await sessionOf(env, projectId).onNotice(notice);
  } catch (error) {
    log(config.logLevel, "warn", { event: "live", projectId, error: messageOf(error) });
  }
}
