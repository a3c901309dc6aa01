import { Hono } from "hono";
import { Room, Total } from "./objects";

type Env = { ROOMS: DurableObjectNamespace<Room>; TOTAL: DurableObjectNamespace<Total> };

const app = new Hono<{ Bindings: Env }>();

app.post("/api/rooms/:name", async (context) => {
  const { ROOMS } = context.env;
  const room = ROOMS.get(ROOMS.idFromName(context.req.param("name")));
  return context.json(await room.enter());
});

export { Room, Total };
export default app;
