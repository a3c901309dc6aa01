import type { Context } from "hono";
import { type Run, type RunInput, run } from "../../contract/index.ts";
import {
  type Dispatch,
  enqueue,
  enqueueAndStream,
  redispatch,
  startRun,
  startRunOptimistically,
  streamOf,
  whenEnded,
} from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { verifyCachedCaller } from "../middleware/authentication.ts";
import { replayOrAcquire, toKeyRow } from "../middleware/idempotency.ts";
import { requestContext } from "../middleware/request-context.ts";
import { wantsStream } from "../middleware/wants-stream.ts";
import { respondAtEnd } from "./wait-for-end.ts";

type StartRequest = { projectId: string; run: RunInput };

/** Responds to the start of a run: optimistically from the cache, with the stored response, or after verifying everything. */
export async function start(c: Context<AppEnv>, request: StartRequest, waitMs: number): Promise<Response> {
  const answer =
    (await tryOptimisticStart(c, request)) ??
    (await replayOrAcquireStart(c, request)) ??
    (await startVerified(c, request));
  if (waitMs === 0 || answer.status !== 202 || wantsStream(c)) return answer;
  return respondAtEnd(c, answer, (run) => whenEnded(c.env, run, waitMs));
}

/** Starts a run from what is cached of the caller and the project. @returns null when that does not hold or not suffice */
async function tryOptimisticStart(c: Context<AppEnv>, request: StartRequest): Promise<Response | null> {
  const caller = c.get("cachedCaller");
  if (!caller) return null;
  const idempotency = c.get("idempotency");
  const keyFor = idempotency && ((run: Run) => toKeyRow(c.get("config"), idempotency, acceptance(run)));
  const input = { ...request, opId: c.get("opId"), caller, keyFor };
  const [context, recorded] = [requestContext(c), onRunRecorded(c)];
  if (wantsStream(c)) {
    const started = await startRunOptimistically(context, c.env, input, recorded(enqueueAndStream(context)));
    return started && streamed(started.dispatched.id, started.dispatched.stream);
  }
  const started = await startRunOptimistically(context, c.env, input, recorded(enqueue));
  // Under a key, the response is the one that is replayed.
  return started && accepted(idempotency ? started.run : started.dispatched);
}

/** Records that a run was inserted: the same statement verified the credential and claimed the key. */
const onRunRecorded =
  (c: Context<AppEnv>) =>
  <T>(dispatch: Dispatch<T>): Dispatch<T> =>
  (env, payload) => {
    const idempotency = c.get("idempotency");
    if (idempotency) idempotency.isOpen = false;
    c.set("cachedCaller", undefined);
    return dispatch(env, payload);
  };

/** Verifies the caller and looks up the key. @returns the stored response of a used key */
async function replayOrAcquireStart(c: Context<AppEnv>, request: StartRequest): Promise<Response | null> {
  await verifyCachedCaller(c);
  const idempotency = c.get("idempotency");
  const before = idempotency ? await replayOrAcquire(c, idempotency) : null;
  return before?.status === 202 ? redispatchOriginal(c, before, request.run.images ?? []) : before;
}

/** Replays an accepted start, and dispatches its run again if its Session never got it. */
async function redispatchOriginal(
  c: Context<AppEnv>,
  before: Response,
  images: NonNullable<RunInput["images"]>,
): Promise<Response> {
  const runId = before.headers.get("location")?.split("/").at(-1) ?? "";
  // The response is true even when this fails: the cron dispatches the run later.
  await redispatch(requestContext(c), c.env, runId, images).catch((error: unknown) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId"), runId }),
  );
  return replayStart(c, before);
}

/** Replays a start: its stored response or, where the client wants it and the log still has it, the run's stream. */
export async function replayStart(c: Context<AppEnv>, before: Response): Promise<Response> {
  if (before.status !== 202 || !wantsStream(c)) return before;
  const { id, projectId } = run.parse(await before.clone().json());
  const stream = await streamOf(requestContext(c), c.env, { id, projectId });
  if (stream.status !== 200) return before;
  const answer = streamed(id, stream);
  answer.headers.set("Idempotent-Replayed", "true");
  return answer;
}

async function startVerified(c: Context<AppEnv>, request: StartRequest): Promise<Response> {
  const input = { ...request, opId: c.get("opId"), prefetched: c.get("prefetched") };
  // Under an Idempotency-Key the run is what is kept, so it is request for by itself.
  if (wantsStream(c) && c.req.header("idempotency-key") === undefined) {
    const { id, stream } = await startRun(requestContext(c), c.env, input, enqueueAndStream(requestContext(c)));
    return streamed(id, stream);
  }
  const run = await startRun(requestContext(c), c.env, input, enqueue);
  return wantsStream(c) ? streamStarted(c, run) : accepted(run);
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

/** Responds with the run's stream, and stores the run under its Idempotency-Key. */
async function streamStarted(c: Context<AppEnv>, run: Run): Promise<Response> {
  c.set("storedAnswer", { status: 202, body: JSON.stringify(run) });
  const stream = await streamOf(requestContext(c), c.env, run);
  return stream.status === 200 ? streamed(run.id, stream) : accepted(run);
}

function streamed(id: string, stream: Response): Response {
  const headers = new Headers(stream.headers);
  headers.set("Location", `/v1/runs/${id}`);
  return new Response(stream.body, { status: 202, headers });
}
