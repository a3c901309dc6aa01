import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { AuditAction } from "./audit-actions.ts";
import { commonProblems } from "./problem.ts";

export const scopes = [
  "projects:read",
  "projects:write",
  "runs:read",
  "runs:write",
  "webhooks:read",
  "webhooks:write",
  "usage:read",
] as const;
export type Scope = (typeof scopes)[number];

/**
 * Who may call a route: anyone; whoever signs what is sent, which the route itself verifies; only a person with a session;
 * or a person, or a token that has the scope. `any` is a person or any good token. It stands in the served document too, as
 * `x-access`.
 */
export type Access = "public" | "signed" | "session" | "any" | Scope;

/** Which of the per-minute limits a route counts against. */
export type LimitClass = "none" | "read" | "write" | "run";

/**
 * `alsoNeeds`: a scope that a token needs beside the one of `access`. `audit`: the action that is recorded when the route
 * succeeds, for what gives or takes a right and what a whole project depends on. `takesTicket`: a ticket for the resource that the address
 * names does in the place of a credential.
 */
type OwnConfig = { access: Access; alsoNeeds?: Scope; limit: LimitClass; audit?: AuditAction; takesTicket?: true };

const securityOf = ({ access, alsoNeeds }: OwnConfig) => {
  if (access === "public" || access === "signed") return [];
  if (access === "session") return [{ session: [] }];
  const asked = access === "any" ? [] : [access];
  // The token first: it is what generated clients use.
  return [{ token: alsoNeeds === undefined ? asked : [...asked, alsoNeeds] }, { session: [] }];
};

const noQuery = z.strictObject({});

/** Refuses parameters that a route does not know, such as a mistyped filter: the answer would be to another question. */
const strictQuery = (query: unknown) => (query instanceof z.ZodObject ? query.strict() : noQuery);

/** A route object: what validates a request, documents it and says who may make it. */
export function defineRoute<const R extends RouteConfig & OwnConfig>(config: R) {
  const { access, alsoNeeds, limit, audit, takesTicket, ...route } = config;
  const security = securityOf(config);
  const { method, path, responses } = route;
  const common = commonProblems({ method, path, access, limit, hasBody: route.request?.body !== undefined });
  const strict = {
    ...route,
    responses: { ...common, ...responses },
    request: { ...route.request, query: strictQuery(route.request?.query) },
  };
  return Object.assign(
    createRoute({ ...(strict as unknown as R), security, "x-access": access, "x-limit": limit }),
    // As it was told, so that what takes no signed route can refuse it by its type.
    { access: access as R["access"], alsoNeeds, limit, audit, takesTicket },
  );
}

export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { "application/json": { schema } },
});

/** A body that may be left out. */
export const optionalBody = <Schema extends z.ZodType>(schema: Schema) => ({
  ...jsonBody(schema),
  required: false as const,
});

/** For what needs nothing to be said: a body that says something is refused, and none, or an empty one, is fine. */
export const nothing = z.strictObject({});

export { z };
