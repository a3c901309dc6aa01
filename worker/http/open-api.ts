import type { OpenAPIHono } from "@hono/zod-openapi";
import { version } from "../config/index.ts";
import { docsPage } from "./docs-page.ts";
import type { AppEnv } from "./environment.ts";
import { type ApiDocument, completed } from "./open-api-document.ts";
import { newRouter } from "./router.ts";

/** The document, made once an isolate from the route objects that validate. */
export function openApiRouter(app: OpenAPIHono<AppEnv>) {
  let text: string | undefined;
  const router = newRouter();
  router.get("/v1/openapi.json", (c) => {
    text ??= documentOf(app, c.get("config").appOrigin);
    c.header("Cache-Control", "public, max-age=300");
    return c.body(text, 200, { "Content-Type": "application/json" });
  });
  router.get("/v1/docs", (c) => {
    text ??= documentOf(app, c.get("config").appOrigin);
    const document: ApiDocument = JSON.parse(text);
    c.header("Cache-Control", "public, max-age=300");
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(docsPage(document));
  });
  return router;
}

function documentOf(app: OpenAPIHono<AppEnv>, url: string): string {
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
  return JSON.stringify(completed(document as ApiDocument));
}
