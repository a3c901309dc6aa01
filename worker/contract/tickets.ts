import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";

export type TicketInput = z.infer<typeof shapes.ticketInput>;

export type Ticket = z.infer<typeof shapes.ticket>;

/** The query parameter that authenticates a stream whose client cannot send headers. */
export const ticketQuery = z.object({
  ticket: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: "A ticket from `POST /v1/tickets` in the place of a credential." }),
});

const shapes = lazily(() => {
  const ticketInput = z
    .strictObject({
      kind: z.literal("stream"),
      runId: idOf("run").optional().openapi({ description: "The run whose stream the ticket opens." }),
      projectId: idOf("project").optional().openapi({ description: "The project whose live feed the ticket opens." }),
    })
    .refine(({ runId, projectId }) => (runId === undefined) !== (projectId === undefined), {
      path: ["runId"],
      error: "or projectId must be given, and not both",
      params: { code: "one_of" },
    })
    .openapi("TicketRequest", { description: "Exactly one of `runId` and `projectId` is given." });
  const ticket = z
    .object({
      ticket: z
        .string()
        .openapi({ description: "Goes into the address as `?ticket=`.", example: "est_Vb7cW3k0mS8xq2…" }),
      expiresAt: timestamp,
    })
    .openapi("Ticket");

  return { ticketInput, ticket };
});

export const ticketRoutes = lazily(() => ({
  createTicket: defineRoute({
    method: "post",
    path: "/v1/tickets",
    access: "runs:read",
    limit: "write",
    tags: ["Runs"],
    summary: "Create a ticket that opens one stream, once, within 60 seconds",
    description: [
      "A browser's EventSource and WebSocket send no Authorization header, and a token in an address would be logged.",
      "Give the ticket as `?ticket=` to `GET /v1/runs/{id}/stream` or `GET /v1/projects/{id}/live`. It has the rights of",
      "the credential that it was created with, which is verified again when it is used. For a new connection create another.",
    ].join(" "),
    request: { body: jsonBody(shapes.ticketInput) },
    responses: { 201: json(shapes.ticket, "The ticket"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
}));
