import { calledByItsBytes, type RunInput, runRoutes } from "../contract/index.ts";
import { answerRun, cancelRun, eventRange, getRun, listRuns, readEvents, streamEvents } from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { idempotentByWrite } from "./idempotent.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";
import { start, wantsStream } from "./start.ts";
import { waitOf } from "./wait.ts";

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
    .openapi(guarded(runRoutes.listRuns), async (c) => {
      const page = paged(c, c.req.valid("query"));
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
