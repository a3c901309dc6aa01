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

/** Sends an inserted run to its Session, and returns the answer. @throws AppError `not_found` where the project is deleted */
export type Dispatch<T> = (env: SessionEnv, payload: EnqueuePayload) => Promise<T>;

/** Queues the run. @returns it as it stands then */
export const enqueue: Dispatch<Run> = async (env, { start, images, runContext }) => {
  const run = await askSession(env, start.projectId, (session) => session.enqueue(start, images, runContext));
  if (run === null) throw deleted();
  return run;
};

const deleted = () => new AppError("not_found", "Project not found.");

/** Queues the run and opens its stream from the beginning, in one call: the first delta waits for every turn between the two. */
export const enqueueAndStream =
  (context: Pick<Context, "actor">): Dispatch<{ id: string; stream: Response }> =>
  async (env, payload) => {
    const { id, projectId } = payload.start;
    const init = { method: "POST", body: JSON.stringify(payload), headers: callerHeaders(context.actor) };
    const stream = await askSession(env, projectId, (session) => session.fetch("https://session/start", init));
    if (stream.status === 200) return { id, stream };
    if (stream.status === 401) throw credentialEnded();
    // While a new version rolls out, a Session may still be of the one before, which has no such call.
    await enqueue(env, payload);
    const streamed = await streamOf(context, env, payload.start);
    if (streamed.status !== 200) throw deleted();
    return { id, stream: streamed };
  };

/** Dispatches a run again that is in Postgres and that its Session never got; one that the Session has is left as it is. */
export const redispatchLost = (env: SessionEnv, row: RunRow, images: Image[]): Promise<void> =>
  askSession(env, row.projectId, async (session) => {
    if ((await session.describe(row.id)) === null) await session.enqueue(specOfRow(row), images);
  });

/**
 * Dispatches the run of a repeated request again when its Session never got it, with the images of this request: the cron would
 * do so later and without them. A run that was deleted with its project stays deleted.
 */
export async function redispatch(context: Context, env: SessionEnv, id: string, images: Image[]): Promise<void> {
  const [row] = await executeIdempotent(selectRun(context.database, context.actor.ownerId, id));
  if (row && row.endedAt === null) await redispatchLost(env, row, images);
}
