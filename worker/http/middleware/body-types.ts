import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../environment.ts";

type Body = { required?: boolean | undefined; content: Record<string, unknown> };

/** What the contract says of the body that a request's route takes; undefined where it takes none. */
export function bodyOf(app: OpenAPIHono<AppEnv>, c: Context<AppEnv>): Body | undefined {
  const paths = new Set(matchedRoutes(c).map(({ path }) => path));
  const method = c.req.method.toLowerCase();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route" || definition.route.method !== method) continue;
    // As @hono/zod-openapi registers them.
    if (paths.has(definition.route.path.replaceAll(/\/{(.+?)}/g, "/:$1"))) return definition.route.request?.body;
  }
  return undefined;
}

/** The media types of a body, as a sentence names them. */
export const typesOf = (body: Body | undefined): string =>
  body === undefined ? "application/json" : Object.keys(body.content).join(" or ");
