import type { Context } from "hono";
import { type Run, type RunInput, runRoutes } from "../contract/index.ts";
import { pageRequest } from "../database/index.ts";
import {
  answerRun,
  asRun,
  asStream,
  cancelRun,
  eventRange,
  getRun,
  type HandOver,
  listRuns,
  readEvents,
  startPresumedRun,
  startRun,
  streamEvents,
  streamOf,
} from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { guarded, requireAccess } from "./guards.ts";
import { identifyNow } from "./identify.ts";
import { newRouter } from "./router.ts";

export function runRouter() {
  return newRouter()
    .openapi(guarded(runRoutes.startRun), async (c) => {
      const { id: projectId } = c.req.valid("param");
      const input = { projectId, run: c.req.valid("json"), opId: c.get("opId") };
      // Under an Idempotency-Key the run is what is kept, so it is asked for by itself.
      if (wantsStream(c) && c.req.header("idempotency-key") === undefined) {
        const { id, stream } = await started(c, input, asStream);
        return streamed(id, stream);
      }
      const run = await started(c, input, asRun);
      c.header("Location", `/v1/runs/${run.id}`);
      return wantsStream(c) ? startedStream(c, run) : c.json(run, 202);
    })
    .openapi(guarded(runRoutes.listRuns), async (c) => {
      const page = pageRequest(c.req.valid("query"));
      return c.json(await listRuns(callerOf(c), c.env, c.req.valid("param").id, page), 200);
    })
    .openapi(guarded(runRoutes.getRun), async (c) =>
      c.json(await getRun(callerOf(c), c.env, c.req.valid("param").id), 200),
    )
    .openapi(guarded(runRoutes.cancelRun), async (c) =>
      c.json(await cancelRun(callerOf(c), c.env, c.req.valid("param").id), 200),
    )
    .openapi(guarded(runRoutes.answerRun), async (c) =>
      c.json(await answerRun(callerOf(c), c.env, c.req.valid("param").id, c.req.valid("json").text), 202),
    )
    .openapi(guarded(runRoutes.readEvents), async (c) => {
      const { id } = c.req.valid("param");
      const lastEventId = c.req.header("last-event-id");
      const query = c.req.valid("query");
      const range = eventRange(lastEventId === undefined ? query : { ...query, after: lastEventId });
      if (!wantsStream(c)) return c.json(await readEvents(callerOf(c), c.env, { id, ...range }), 200);
      return (await streamEvents(callerOf(c), c.env, { id, after: range.after })) ?? c.body(null, 204);
    });
}

type Started = { projectId: string; run: RunInput; opId: string };

/** By what is remembered of the token and the project where there is such, and by asking where that holds no more. */
async function started<T>(c: Context<AppEnv>, input: Started, handOver: HandOver<T>): Promise<T> {
  const token = c.get("presumed");
  const presumed = token ? await startPresumedRun(callerOf(c), c.env, { ...input, token }, handOver) : null;
  // From here on the token has been looked at.
  c.set("presumed", undefined);
  if (presumed) return presumed;
  if (token) {
    await identifyNow(c);
    requireAccess(c.get("actor"), runRoutes.startRun.access);
  }
  return startRun(callerOf(c), c.env, { ...input, ahead: c.get("ahead") }, handOver);
}

const wantsStream = (c: Context<AppEnv>): boolean => /text\/event-stream/i.test(c.req.header("accept") ?? "");

/** The answer to a start is the run's own stream; under its Idempotency-Key the run is what is kept. */
async function startedStream(c: Context<AppEnv>, run: Run): Promise<Response> {
  c.set("storedAnswer", { status: 202, body: JSON.stringify(run) });
  const stream = await streamOf(c.env, run);
  if (stream.status !== 200) return c.json(run, 202);
  return streamed(run.id, stream);
}

function streamed(id: string, stream: Response): Response {
  const headers = new Headers(stream.headers);
  headers.set("Location", `/v1/runs/${id}`);
  return new Response(stream.body, { status: 202, headers });
}
