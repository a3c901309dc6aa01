import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { version } from "../config/index.ts";
import { docsRoutes } from "../contract/index.ts";
import { docsPage, errorPage } from "./docs-page.ts";
import type { AppEnv } from "./environment.ts";
import { guarded } from "./guards.ts";
import { type ApiDocument, completed } from "./open-api-document.ts";
import { newRouter } from "./router.ts";

/** The document, made once an isolate from the route objects that validate. */
export function openApiRouter(app: OpenAPIHono<AppEnv>) {
  let made: ApiDocument | undefined;
  const document = (c: Context<AppEnv>): ApiDocument => {
    made ??= documentOf(app, c.get("config").appOrigin);
    return made;
  };
  return newRouter()
    .openapi(guarded(docsRoutes.openApiDocument), (c) => {
      c.header("Cache-Control", publicly);
      return c.json(JSON.parse(JSON.stringify(document(c))), 200);
    })
    .openapi(guarded(docsRoutes.docs), (c) => page(c, docsPage(document(c))))
    .openapi(guarded(docsRoutes.docsOfError), (c) => page(c, errorPage(c.req.valid("param").code)));
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
