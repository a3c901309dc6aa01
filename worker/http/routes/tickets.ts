import { ticketRoutes } from "../../contract/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { createTicket } from "../middleware/tickets.ts";
import { newRouter } from "./new-router.ts";

/** The route that creates stream tickets. */
export function ticketRouter() {
  return newRouter().openapi(withPolicies(ticketRoutes.createTicket), async (c) =>
    c.json(await createTicket(c, c.req.valid("json")), 201),
  );
}
