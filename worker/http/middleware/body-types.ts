import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../environment.ts";

type Body = { required?: boolean | undefined; content: Record<string, unknown> };

/** @returns the body that the contract declares for the request's route; undefined when the route takes none */
export function bodyOf(app: OpenAPIHono<AppEnv>, c: Context<AppEnv>): Body | undefined {
  const paths = new Set(matchedRoutes(c).map(({ path }) => path));
  const method = c.req.method.toLowerCase();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route" || definition.route.method !== method) continue;
    // The path as @hono/zod-openapi registers it.
    if (paths.has(definition.route.path.replaceAll(/\/{(.+?)}/g, "/:$1"))) return definition.route.request?.body;
  }
  return undefined;
}

/** @returns the accepted media types of a body, joined for a sentence */
export const typesOf = (body: Body | undefined): string =>
  body === undefined ? "application/json" : Object.keys(body.content).join(" or ");
