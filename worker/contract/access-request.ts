import { z } from "@hono/zod-openapi";

const attachment = z.object({ name: z.string(), template: z.string() });

/** An agent's request to the app's owner: a host that the app needs to call, the reason, and the secret to attach. */
export const accessRequest = z
  .object({
    host: z.string().openapi({ description: "The host, in the form of a grant's host.", example: "api.stripe.com" }),
    reason: z.string().openapi({ description: "Why the app needs it, in the agent's words." }),
    secret: z.string().optional().openapi({ description: "The name of the secret that its requests carry." }),
    header: attachment.optional().openapi({ description: "The header that would carry the secret." }),
    query: attachment.optional().openapi({ description: "The query parameter that would carry the secret." }),
  })
  .openapi("AccessRequest");
export type AccessRequest = z.infer<typeof accessRequest>;
