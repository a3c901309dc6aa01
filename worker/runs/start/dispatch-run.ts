import type { Context } from "../../accounts/index.ts";
import type { Run } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { streamOf } from "../api/read-events.ts";
import { callerHeaders, credentialEnded } from "../feeds/callers.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { type RunRow, selectRun } from "../store.ts";
import { specOfRow } from "../to-api.ts";
import type { EnqueuePayload, Image } from "./run-spec.ts";

/**
 * Sends an inserted run to its Session, and returns the Session's response.
 * @throws AppError `not_found` when the project is deleted
 */
export type Dispatch<T> = (env: SessionEnv, payload: EnqueuePayload) => Promise<T>;

/**
 * Enqueues the run at its Session.
 * @returns the run's current state
 * @throws AppError `not_found` when the project is deleted
 */
export const enqueue: Dispatch<Run> = async (env, { start, images, runContext }) => {
  const run = await askSession(env, start.projectId, (session) => session.enqueue(start, images, runContext));
  if (run === null) throw deleted();
  return run;
};

const deleted = () => new AppError("not_found", "Project not found.");

/**
 * Enqueues the run and opens its stream from the beginning in one call, because a second round trip would delay the
 * first delta.
 */
export const enqueueAndStream =
  (context: Pick<Context, "actor">): Dispatch<{ id: string; stream: Response }> =>
  async (env, payload) => {
    const { id, projectId } = payload.start;
    const init = { method: "POST", body: JSON.stringify(payload), headers: callerHeaders(context.actor) };
    const stream = await askSession(env, projectId, (session) => session.fetch("https://session/start", init));
    if (stream.status === 200) return { id, stream };
    if (stream.status === 401) throw credentialEnded();
    // During a rollout, a Session may still run the previous version, which has no such route.
    await enqueue(env, payload);
    const streamed = await streamOf(context, env, payload.start);
    if (streamed.status !== 200) throw deleted();
    return { id, stream: streamed };
  };

/** Dispatches a run again if its Session never received it; does nothing when the Session has it. */
export const redispatchLost = (env: SessionEnv, row: RunRow, images: Image[]): Promise<void> =>
  askSession(env, row.projectId, async (session) => {
    if ((await session.describe(row.id)) === null) await session.enqueue(specOfRow(row), images);
  });

/**
 * Dispatches the run of a replayed request again when its Session never received it, with the images of this request:
 * the cron would dispatch it later and without them. A run that was deleted with its project stays deleted.
 */
export async function redispatch(context: Context, env: SessionEnv, id: string, images: Image[]): Promise<void> {
  const [row] = await executeIdempotent(selectRun(context.database, context.actor.ownerId, id));
  if (row && row.endedAt === null) await redispatchLost(env, row, images);
}
