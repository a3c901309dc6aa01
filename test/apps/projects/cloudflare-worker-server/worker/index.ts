import { Hono } from "hono";

type Bindings = { GARDEN: string };

const app = new Hono<{ Bindings: Bindings }>();
app.get("/api/garden", (context) => context.json({ garden: context.env.GARDEN, path: context.req.path }));

export default app;
