import type { Context } from "hono";
import { calledByItsBytes, type RunInput, runRoutes } from "../contract/index.ts";
import { answerRun, cancelRun, eventRange, getRun, listRuns, readEvents, streamEvents } from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { guarded } from "./guards.ts";
import { idempotentByWrite } from "./idempotent.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";
import { start } from "./start.ts";
import { waitOf } from "./wait.ts";
import { wantsStream } from "./wants-stream.ts";

const asMeant = ({ images, ...run }: RunInput): RunInput => ({
  ...run,
  ...(images && { images: images.map(calledByItsBytes) }),
});

export function runRouter() {
  return newRouter()
    .openapi(guarded(runRoutes.startRun, idempotentByWrite), async (c) => {
      const asked = { projectId: c.req.valid("param").id, run: asMeant(c.req.valid("json")) };
      return start(c, asked, waitOf(c, c.req.valid("query").wait));
    })
    .openapi(guarded(runRoutes.startRunStream, idempotentByWrite), async (c) => {
      return start(c, { projectId: c.req.valid("param").id, run: asMeant(c.req.valid("json")) }, 0);
    })
    .openapi(guarded(runRoutes.listRuns), async (c) => {
      const filter = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: paged(c, filter), filter };
      return c.json(await listRuns(callerOf(c), c.env, input), 200);
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
      const range = rangeOf(c, c.req.valid("query"));
      if (!wantsStream(c)) return c.json(await readEvents(callerOf(c), c.env, { id, ...range }), 200);
      return (await streamEvents(callerOf(c), c.env, { id, after: range.after })) ?? c.body(null, 204);
    })
    .openapi(guarded(runRoutes.streamRun), async (c) => {
      const { after } = rangeOf(c, c.req.valid("query"));
      return (await streamEvents(callerOf(c), c.env, { id: c.req.valid("param").id, after })) ?? c.body(null, 204);
    });
}

/** A client that comes back says in its header how far it has read, at the address that it began with. */
function rangeOf(c: Context<AppEnv>, query: Parameters<typeof eventRange>[0]) {
  const lastEventId = c.req.header("last-event-id");
  return eventRange(lastEventId === undefined ? query : { ...query, after: lastEventId });
}
