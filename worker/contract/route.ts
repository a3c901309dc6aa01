import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { AuditAction } from "./audit-actions.ts";
import type { AppKind } from "./people-rpc.ts";
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
 * The access policy of a route: everyone; signed requests, which the route itself verifies; only a person with a
 * session; only an owner of the platform with a session; or a person, or a token with the scope. `any` is a person or
 * any valid token. The OpenAPI document has it as `x-access`.
 */
export type Access = "public" | "signed" | "session" | "admin" | "any" | Scope;

/** The roles of a project's members, from the lowest to the highest. */
export const projectRoles = ["viewer", "editor", "owner"] as const;
export type ProjectRole = (typeof projectRoles)[number];

/**
 * The lowest role that may use a route of a project: one for all its requests, or one for each of the project's apps.
 * The OpenAPI document has it as `x-role`.
 */
export type RoutesRole = ProjectRole | Record<AppKind, ProjectRole>;

/**
 * The role for routes of one of the apps: visitors of the published and of the staged app have trusted the owner with
 * their data.
 */
export const roleByTarget = { preview: "editor", public: "owner", staging: "owner" } as const satisfies RoutesRole;

/** The per-minute limit that a route counts against. */
export type LimitClass = "none" | "read" | "write" | "run";

/**
 * `alsoNeeds`: a scope that a token needs in addition to the one of `access`. `audit`: the action to record when the
 * route succeeds, for routes that grant or revoke a right or change a whole project. `takesTicket`: whether a ticket
 * for the resource in the path is accepted instead of a credential. `role`: the lowest role in the project that the
 * path names, itself or by a run or a trigger; members get 404 from a route of a project without it.
 */
type OwnConfig = {
  access: Access;
  alsoNeeds?: Scope;
  role?: RoutesRole;
  limit: LimitClass;
  audit?: AuditAction;
  takesTicket?: true;
};

const securityOf = ({ access, alsoNeeds }: OwnConfig) => {
  if (access === "public" || access === "signed") return [];
  if (access === "session" || access === "admin") return [{ session: [] }];
  const required = access === "any" ? [] : [access];
  // The token comes first, since generated clients use it.
  return [{ token: alsoNeeds === undefined ? required : [...required, alsoNeeds] }, { session: [] }];
};

const noQuery = z.strictObject({});

/**
 * Makes a query schema strict: ignoring an unknown parameter, such as a mistyped filter, would change the meaning of
 * the request.
 */
const strictQuery = (query: unknown) => (query instanceof z.ZodObject ? query.strict() : noQuery);

/** Defines a route object, which validates requests, documents them and determines their access. */
export function defineRoute<const R extends RouteConfig & OwnConfig>(config: R) {
  const { access, alsoNeeds, role, limit, audit, takesTicket, ...route } = config;
  const security = securityOf(config);
  const { method, path, responses } = route;
  const common = commonProblems({ method, path, access, limit, hasBody: route.request?.body !== undefined });
  const strict = {
    ...route,
    responses: { ...common, ...responses },
    request: { ...route.request, query: strictQuery(route.request?.query) },
  };
  return Object.assign(
    createRoute({
      ...(strict as unknown as R),
      security,
      "x-access": access,
      ...(role && { "x-role": role }),
      "x-limit": limit,
    }),
    // The literal type, so that helpers for other routes can exclude signed ones.
    { access: access as R["access"], alsoNeeds, role, limit, audit, takesTicket },
  );
}

/** Returns a response of JSON, for the OpenAPI document. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** Returns a required request body of JSON. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { "application/json": { schema } },
});

/** @returns an optional JSON body */
export const optionalBody = <Schema extends z.ZodType>(schema: Schema) => ({
  ...jsonBody(schema),
  required: false as const,
});

/** The body of a route without input: absent, empty or `{}`. */
export const emptyBody = z.strictObject({});

export { z };
