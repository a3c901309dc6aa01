import type { Context } from "../accounts/index.ts";
import type { Run } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { callerHeaders, credentialEnded } from "./callers.ts";
import { streamOf } from "./read-events.ts";
import type { Image, Noted } from "./run-start.ts";
import { askSession, type SessionEnv } from "./session-client.ts";
import { startOfRow } from "./shown.ts";
import type { RunRow } from "./store.ts";

/** How a noted run gets to its Session, and what that gives for it. @throws AppError `not_found` where the project is deleted */
export type HandOver<T> = (env: SessionEnv, noted: Noted) => Promise<T>;

/** Queues the run, and gives it as it stands then. */
export const asRun: HandOver<Run> = async (env, { start, images, beginning }) => {
  const run = await askSession(env, start.projectId, (session) => session.enqueue(start, images, beginning));
  if (run === null) throw deleted();
  return run;
};

const deleted = () => new AppError("not_found", "There is no such project.");

/** Queues the run and opens its stream from the beginning, in one call: the first delta waits for every turn between the two. */
export const asStreamFor =
  (context: Pick<Context, "actor">): HandOver<{ id: string; stream: Response }> =>
  async (env, noted) => {
    const { id, projectId } = noted.start;
    const init = { method: "POST", body: JSON.stringify(noted), headers: callerHeaders(context.actor) };
    const stream = await askSession(env, projectId, (session) => session.fetch("https://session/start", init));
    if (stream.status === 200) return { id, stream };
    if (stream.status === 401) throw credentialEnded();
    // While a new version rolls out, a Session may still be of the one before, which has no such call.
    await asRun(env, noted);
    const streamed = await streamOf(context, env, noted.start);
    if (streamed.status !== 200) throw deleted();
    return { id, stream: streamed };
  };

/** Hands over a run of which only the note is known, where its Session never got it; one that it has is left as it is. */
export const handOverLost = (env: SessionEnv, row: RunRow, images: Image[]): Promise<void> =>
  askSession(env, row.projectId, async (session) => {
    if ((await session.describe(row.id)) === null) await session.enqueue(startOfRow(row), images);
  });
