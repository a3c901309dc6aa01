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
  startAgain,
  startPresumedRun,
  startRun,
  streamEvents,
  streamOf,
} from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { guarded } from "./guards.ts";
import { answerBefore, idempotentByWrite, takenFor } from "./idempotent.ts";
import { identifyPresumed } from "./identify.ts";
import { newRouter } from "./router.ts";

export function runRouter() {
  return newRouter()
    .openapi(guarded(runRoutes.startRun, idempotentByWrite), async (c) => {
      const asked = { projectId: c.req.valid("param").id, run: c.req.valid("json") };
      return (await startedAtOnce(c, asked)) ?? (await answeredBefore(c, asked)) ?? (await startedByAsking(c, asked));
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

type Asked = { projectId: string; run: RunInput };

/** Starts a run by what is remembered of the caller and the project; null where that does not hold, or not suffice. */
async function startedAtOnce(c: Context<AppEnv>, asked: Asked): Promise<Response | null> {
  const caller = c.get("presumed");
  if (!caller) return null;
  const keyed = c.get("keyed");
  const keyFor = keyed && ((run: Run) => takenFor(c.get("config"), keyed, acceptance(run)));
  const input = { ...asked, opId: c.get("opId"), caller, keyFor };
  const [context, afterNote] = [callerOf(c), lookedAt(c)];
  if (wantsStream(c)) {
    const started = await startPresumedRun(context, c.env, input, afterNote(asStream));
    return started && streamed(started.handed.id, started.handed.stream);
  }
  const started = await startPresumedRun(context, c.env, input, afterNote(asRun));
  // Under a key it is what whoever sends it again gets.
  return started && accepted(keyed ? started.run : started.handed);
}

/** Notes when a run has been: with it the credential has been looked at, and the key taken. */
const lookedAt =
  (c: Context<AppEnv>) =>
  <T>(handOver: HandOver<T>): HandOver<T> =>
  (env, noted) => {
    const keyed = c.get("keyed");
    if (keyed) keyed.isOpen = false;
    c.set("presumed", undefined);
    return handOver(env, noted);
  };

/** Asks for all that was presumed: who it is, and whether the key is a new one. @returns the answer that it had before */
async function answeredBefore(c: Context<AppEnv>, { run }: Asked): Promise<Response | null> {
  await identifyPresumed(c);
  const keyed = c.get("keyed");
  const before = keyed ? await answerBefore(c, keyed) : null;
  const id = before?.status === 202 && before.headers.get("location")?.split("/").at(-1);
  // The answer is as true where it could not be begun again: the sweep does that.
  const report = (error: unknown) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId"), runId: id || "" });
  if (id) await startAgain(callerOf(c), c.env, id, run.images ?? []).catch(report);
  return before;
}

async function startedByAsking(c: Context<AppEnv>, asked: Asked): Promise<Response> {
  const input = { ...asked, opId: c.get("opId"), ahead: c.get("ahead") };
  // Under an Idempotency-Key the run is what is kept, so it is asked for by itself.
  if (wantsStream(c) && c.req.header("idempotency-key") === undefined) {
    const { id, stream } = await startRun(callerOf(c), c.env, input, asStream);
    return streamed(id, stream);
  }
  const run = await startRun(callerOf(c), c.env, input, asRun);
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

const wantsStream = (c: Context<AppEnv>): boolean => /text\/event-stream/i.test(c.req.header("accept") ?? "");

/** The answer to a start is the run's own stream; under its Idempotency-Key the run is what is kept. */
async function startedStream(c: Context<AppEnv>, run: Run): Promise<Response> {
  c.set("storedAnswer", { status: 202, body: JSON.stringify(run) });
  const stream = await streamOf(c.env, run);
  return stream.status === 200 ? streamed(run.id, stream) : accepted(run);
}

function streamed(id: string, stream: Response): Response {
  const headers = new Headers(stream.headers);
  headers.set("Location", `/v1/runs/${id}`);
  return new Response(stream.body, { status: 202, headers });
}
