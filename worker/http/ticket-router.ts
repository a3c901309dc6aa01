import { ticketRoutes } from "../contract/index.ts";
import { guarded } from "./guards.ts";
import { newRouter } from "./router.ts";
import { createTicket } from "./tickets.ts";

export function ticketRouter() {
  return newRouter().openapi(guarded(ticketRoutes.createTicket), async (c) =>
    c.json(await createTicket(c, c.req.valid("json")), 201),
  );
}
