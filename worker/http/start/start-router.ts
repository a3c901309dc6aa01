import type { Context } from "hono";
import { type Run, run, runRoutes } from "../../contract/index.ts";
import {
  driveStart,
  type EnqueuePayload,
  enqueue,
  enqueueAndStream,
  insertCached,
  insertVerified,
  redispatch,
  type StartPorts,
  streamOf,
  whenEnded,
} from "../../runs/index.ts";
import { rememberOwner } from "../../sharing/index.ts";
import type { AppEnv } from "../environment.ts";
import { requestContext } from "../middleware/request-context.ts";
import { wantsStream } from "../middleware/wants-stream.ts";
import { newRouter } from "../routes/new-router.ts";
import { readStart, type StartRequest } from "./read-start.ts";
import { StartGate } from "./start-gate.ts";
import { StartKey } from "./start-key.ts";
import { respondAtEnd } from "./wait-for-end.ts";

type Problem = (error: unknown, c: Context<AppEnv>) => Response;

/**
 * Routes that start a run. They come before the authentication of all other routes, since they begin with a cached
 * caller whom the INSERT verifies: `worker/runs/start/README.md` has the states.
 */
export function startRouter(problem: Problem) {
  const router = newRouter();
  for (const route of [runRoutes.startRun, runRoutes.startRunStream]) {
    router.openAPIRegistry.registerPath(route);
    router.post(route.getRoutingPath(), async (c) => driveStart(await portsOf(c, await readStart(c, route), problem)));
  }
  return router;
}

/**
 * `replayed`: the run that the key replays, when the INSERT claimed the key. `isCached`: whether the run was planned from
 * the cache.
 */
type Inserted = { payload: EnqueuePayload; isCached: boolean; replayed: Run | null };

type Parsed = Awaited<ReturnType<typeof readStart>>;

async function portsOf(c: Context<AppEnv>, parsed: Parsed, problem: Problem): Promise<StartPorts<Inserted, Response>> {
  const request = "fault" in parsed ? null : parsed;
  const gate = await StartGate.of(c, request?.projectId ?? null);
  const key = new StartKey(c);
  return {
    isWellFormed: request !== null,
    gate,
    key,
    recorder: {
      insertCached: () => insertedFromCache(c, request, gate, key),
      async insertVerified() {
        if ("fault" in parsed) throw parsed.fault;
        const input = { ...parsed, opId: c.get("opId"), prefetched: gate.prefetched };
        const payload = await insertVerified(requestContext(c), c.env, input);
        return { payload, isCached: false, replayed: null };
      },
    },
    session: {
      dispatch: async (inserted) => waited(c, request, await dispatched(c, inserted, key)),
      replay: async (stored) => waited(c, request, await replayed(c, request, stored)),
    },
    problem: (error) => problem(error, c),
  };
}

async function insertedFromCache(
  c: Context<AppEnv>,
  request: StartRequest | null,
  { cached: caller }: StartGate,
  key: StartKey,
): Promise<Inserted | null> {
  if (!request || !caller) return null;
  const claim = await key.claim();
  const keyFor = claim ? (run: Run) => claim(acceptance(run)) : undefined;
  const input = { ...request, opId: c.get("opId"), caller, keyFor };
  const inserted = await insertCached(requestContext(c), c.env, input);
  return inserted && { payload: inserted.payload, isCached: true, replayed: claim && inserted.run };
}

/**
 * Dispatches the run to its Session.
 * @returns a response with the run's stream, or with the run; under a key that the INSERT claimed, the run that the key
 *   replays
 */
async function dispatched(
  c: Context<AppEnv>,
  { payload, isCached, replayed }: Inserted,
  key: StartKey,
): Promise<Response> {
  const context = requestContext(c);
  rememberOwner({ kind: "run", id: payload.start.id }, payload.start.ownerId);
  // A leased key replays the run, so the run is fetched on its own.
  const isStreamed = wantsStream(c) && (isCached || (await key.claim()) === null);
  if (isStreamed) {
    const { id, stream } = await enqueueAndStream(context)(c.env, payload);
    return streamed(id, stream);
  }
  const run = await enqueue(c.env, payload);
  if (!isCached) key.replayInstead(JSON.stringify(run));
  const response = accepted(replayed ?? run);
  return wantsStream(c) ? streamOr(c, run, response) : response;
}

/** Returns the stored response, and dispatches the run again when its Session never received it. */
async function replayed(c: Context<AppEnv>, request: StartRequest | null, stored: Response): Promise<Response> {
  if (stored.status !== 202) return stored;
  const started = run.parse(await stored.clone().json());
  // The stored response is still valid when this fails: the cron dispatches the run.
  await redispatch(requestContext(c), c.env, started.id, request?.run.images ?? []).catch((error: unknown) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId"), runId: started.id }),
  );
  if (!wantsStream(c)) return stored;
  const response = await streamOr(c, started, stored);
  response.headers.set("Idempotent-Replayed", "true");
  return response;
}

/**
 * Waits for the end of the run when the request asks for it.
 * @returns the response with the run in its last known state
 */
async function waited(c: Context<AppEnv>, request: StartRequest | null, response: Response): Promise<Response> {
  const waitMs = request?.waitMs ?? 0;
  if (waitMs === 0 || response.status !== 202 || wantsStream(c)) return response;
  return respondAtEnd(c, response, (run) => whenEnded(c.env, run, waitMs));
}

const acceptance = (run: Run) => ({
  status: 202,
  headers: { "content-type": "application/json", location: `/v1/runs/${run.id}` },
  body: JSON.stringify(run),
});

function accepted(run: Run): Response {
  const { body, ...init } = acceptance(run);
  return new Response(body, init);
}

/** @returns the run's stream from its beginning; the given response when the stream is gone */
async function streamOr(c: Context<AppEnv>, run: Pick<Run, "id" | "projectId">, response: Response): Promise<Response> {
  const stream = await streamOf(requestContext(c), c.env, run);
  return stream.status === 200 ? streamed(run.id, stream) : response;
}

function streamed(id: string, stream: Response): Response {
  const headers = new Headers(stream.headers);
  headers.set("Location", `/v1/runs/${id}`);
  return new Response(stream.body, { status: 202, headers });
}
