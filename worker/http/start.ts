import type { Context } from "hono";
import { type Run, type RunInput, run } from "../contract/index.ts";
import {
  type Dispatch,
  enqueue,
  enqueueAndStream,
  redispatch,
  startRun,
  startRunOptimistically,
  streamOf,
  whenEnded,
} from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { answerBefore, takenFor } from "./idempotent.ts";
import { identifyPresumed } from "./identify.ts";
import { answeredAtEnd } from "./wait.ts";
import { wantsStream } from "./wants-stream.ts";

type Asked = { projectId: string; run: RunInput };

/** Answers a start: by what is remembered, by what it was answered before, or by asking for everything. */
export async function start(c: Context<AppEnv>, asked: Asked, waitMs: number): Promise<Response> {
  const answer =
    (await startedAtOnce(c, asked)) ?? (await answeredBefore(c, asked)) ?? (await startedByAsking(c, asked));
  if (waitMs === 0 || answer.status !== 202 || wantsStream(c)) return answer;
  return answeredAtEnd(c, answer, (run) => whenEnded(c.env, run, waitMs));
}

/** Starts a run by what is remembered of the caller and the project; null where that does not hold, or not suffice. */
async function startedAtOnce(c: Context<AppEnv>, asked: Asked): Promise<Response | null> {
  const caller = c.get("presumed");
  if (!caller) return null;
  const keyed = c.get("keyed");
  const keyFor = keyed && ((run: Run) => takenFor(c.get("config"), keyed, acceptance(run)));
  const input = { ...asked, opId: c.get("opId"), caller, keyFor };
  const [context, afterNote] = [callerOf(c), lookedAt(c)];
  if (wantsStream(c)) {
    const started = await startRunOptimistically(context, c.env, input, afterNote(enqueueAndStream(context)));
    return started && streamed(started.dispatched.id, started.dispatched.stream);
  }
  const started = await startRunOptimistically(context, c.env, input, afterNote(enqueue));
  // Under a key it is what whoever sends it again gets.
  return started && accepted(keyed ? started.run : started.dispatched);
}

/** Notes when a run has been: with it the credential has been looked at, and the key taken. */
const lookedAt =
  (c: Context<AppEnv>) =>
  <T>(handOver: Dispatch<T>): Dispatch<T> =>
  (env, noted) => {
    const keyed = c.get("keyed");
    if (keyed) keyed.isOpen = false;
    c.set("presumed", undefined);
    return handOver(env, noted);
  };

/** Asks for all that was presumed: who it is, and whether the key is a new one. @returns the answer that it had before */
async function answeredBefore(c: Context<AppEnv>, asked: Asked): Promise<Response | null> {
  await identifyPresumed(c);
  const keyed = c.get("keyed");
  const before = keyed ? await answerBefore(c, keyed) : null;
  return before?.status === 202 ? begunAgain(c, before, asked.run.images ?? []) : before;
}

/** Of a start that was accepted before: its run, begun if it never was. */
async function begunAgain(
  c: Context<AppEnv>,
  before: Response,
  images: NonNullable<RunInput["images"]>,
): Promise<Response> {
  const runId = before.headers.get("location")?.split("/").at(-1) ?? "";
  // The answer is as true where it could not be begun again: the sweep does that.
  await redispatch(callerOf(c), c.env, runId, images).catch((error: unknown) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId"), runId }),
  );
  return startedBefore(c, before);
}

/** The answer that a start had before, or the run's stream from its beginning for whoever wants that and can still have it. */
export async function startedBefore(c: Context<AppEnv>, before: Response): Promise<Response> {
  if (before.status !== 202 || !wantsStream(c)) return before;
  const { id, projectId } = run.parse(await before.clone().json());
  const stream = await streamOf(callerOf(c), c.env, { id, projectId });
  if (stream.status !== 200) return before;
  const answer = streamed(id, stream);
  answer.headers.set("Idempotent-Replayed", "true");
  return answer;
}

async function startedByAsking(c: Context<AppEnv>, asked: Asked): Promise<Response> {
  const input = { ...asked, opId: c.get("opId"), ahead: c.get("ahead") };
  // Under an Idempotency-Key the run is what is kept, so it is asked for by itself.
  if (wantsStream(c) && c.req.header("idempotency-key") === undefined) {
    const { id, stream } = await startRun(callerOf(c), c.env, input, enqueueAndStream(callerOf(c)));
    return streamed(id, stream);
  }
  const run = await startRun(callerOf(c), c.env, input, enqueue);
  return wantsStream(c) ? startedStream(c, run) : accepted(run);
}

const acceptance = (run: Run) => ({
  status: 202,
  headers: { "content-type": "application/json", location: `/v1/runs/${run.id}` },
  body: JSON.stringify(run),
});

function accepted(run: Run): Response {
  const { body, ...about } = acceptance(run);
  return new Response(body, about);
}

/** The answer to a start is the run's own stream; under its Idempotency-Key the run is what is kept. */
async function startedStream(c: Context<AppEnv>, run: Run): Promise<Response> {
  c.set("storedAnswer", { status: 202, body: JSON.stringify(run) });
  const stream = await streamOf(callerOf(c), c.env, run);
  return stream.status === 200 ? streamed(run.id, stream) : accepted(run);
}

function streamed(id: string, stream: Response): Response {
  const headers = new Headers(stream.headers);
  headers.set("Location", `/v1/runs/${id}`);
  return new Response(stream.body, { status: 202, headers });
}
