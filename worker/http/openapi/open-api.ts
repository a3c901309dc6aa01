import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { version } from "../../config/index.ts";
import { docsRoutes, liveFrame, liveMessage, outboundEvents, published, routing } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { newRouter } from "../routes/new-router.ts";
import { docsPage, errorPage } from "./docs-page.ts";
import { type ApiDocument, completed } from "./document.ts";

/** Serves the OpenAPI document, generated once per isolate from the route objects that also validate requests. */
export function openApiRouter(app: OpenAPIHono<AppEnv>) {
  let cached: ApiDocument | undefined;
  const document = (c: Context<AppEnv>): ApiDocument => {
    cached ??= documentOf(app, c.get("config").appOrigin);
    return cached;
  };
  return newRouter()
    .openapi(withPolicies(docsRoutes.openApiDocument), (c) => {
      c.header("Cache-Control", publicly);
      return c.json(JSON.parse(JSON.stringify(document(c))), 200);
    })
    .openapi(withPolicies(docsRoutes.docs), (c) => page(c, docsPage(document(c))))
    .openapi(withPolicies(docsRoutes.docsOfError), (c) => page(c, errorPage(c.req.valid("param").code)));
}

const publicly = "public, max-age=300";

function page(c: Context<AppEnv>, html: ReturnType<typeof docsPage>) {
  c.header("Cache-Control", publicly);
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  return c.html(html, 200);
}

function documentOf(app: OpenAPIHono<AppEnv>, url: string): ApiDocument {
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "edgesmith.session_token",
    description: "The session cookie of the web app. A write needs the app's Origin.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "An API token, `esk_…`, with the scopes listed.",
  });
  // The generator registers a component as it first meets it: met first as nullable, it would be nullable everywhere.
  app.openAPIRegistry.register("Routing", routing);
  app.openAPIRegistry.register("Published", published);
  for (const event of outboundEvents()) app.openAPIRegistry.registerWebhook(webhookOf(event));
  app.openAPIRegistry.register("LiveFrame", liveFrame);
  app.openAPIRegistry.register("LiveMessage", liveMessage);
  const document: unknown = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edgesmith",
      version,
      description: "Describe an app, watch it being written, see it run. Errors are RFC 9457 problems.",
    },
    servers: [{ url }],
  });
  return completed(document as ApiDocument);
}

const sent = (name: string, description: string) => ({
  name,
  in: "header" as const,
  required: true,
  description,
  schema: { type: "string" as const },
});

/** @returns the document's webhook operation for an event */
const webhookOf = ({ type, name, schema }: ReturnType<typeof outboundEvents>[number]) => ({
  method: "post" as const,
  path: type,
  operationId: `on${name.replace(/Event$/, "")}`,
  tags: ["Webhooks"],
  summary: `The request to a webhook for \`${type}\``,
  parameters: [
    sent("webhook-id", "The event's id, the same on every attempt, so that receivers can ignore repeated deliveries."),
    sent("webhook-timestamp", "The time of this attempt, in seconds since 1970."),
    sent("webhook-signature", "Signatures by Standard Webhooks, `v1,` and base64, separated by spaces."),
  ],
  request: { body: { required: true, content: { "application/json": { schema } } } },
  responses: {
    200: { description: "Accepted. Any 2xx within 15 seconds counts." },
    410: { description: "Gone: disables the webhook." },
  },
});
