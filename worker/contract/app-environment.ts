import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";
import { text } from "./text.ts";

/** The maximum rows per project: one for each name and target. */
export const maxVariables = 100;
export const maxSecrets = 100;
export const maxGrants = 50;

/** The maximum size of a variable's or a secret's value, in bytes. */
const maxValueBytes = 8_192;

const target = z.enum(["preview", "public", "both"]).openapi({
  description: "The app that gets the value: the preview, the published app, or both.",
});
export type EnvironmentTarget = z.infer<typeof target>;

/** The name of a variable or a secret: capital letters, digits and underscores. */
export const isVariableName = (name: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(name);

/** @returns a name from another program's environment, made valid for a variable: `db.host` becomes `DB_HOST` */
export const toVariableName = (name: string): string =>
  name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, "_")
    .replace(/^[^A-Z]+/, "")
    .slice(0, 64) || "VARIABLE";

/** Prefixes of names whose values build tools put into pages, for every visitor to read. */
const publicPrefix = /^(?:VITE|NEXT_PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|PUBLIC|VUE_APP|GATSBY)_/;

/** @returns the prefix that makes a name's value public to every visitor, so that no secret can have it */
export const publicPrefixOf = (name: string): string | null => publicPrefix.exec(name)?.[0] ?? null;

const fits = (value: string): boolean => new TextEncoder().encode(value).length <= maxValueBytes;
const tooLong = { message: `has more than ${maxValueBytes} bytes`, params: { code: "too_big" } };

export const variable = z
  .object({ name: z.string(), value: z.string(), target, updatedAt: timestamp })
  .openapi("Variable");
export type Variable = z.infer<typeof variable>;

export type VariableInput = z.infer<typeof shapes.variableInput>;

export const secret = z
  .object({
    name: z.string(),
    target,
    version: z.int().openapi({ description: "Counts its values, from 1." }),
    updatedAt: timestamp,
  })
  .openapi("Secret");
export type Secret = z.infer<typeof secret>;

/** Printable ASCII without spaces at its ends, which any header can carry. */
const headerText = /^(?! )[\x20-\x7e]+(?<! )$/;

export type SecretInput = z.infer<typeof shapes.secretInput>;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** The placeholder of a secret in a template: `{{NAME}}`. */
const placeholder = /\{\{([^{}]*)\}\}/g;

/** @returns the names of the secrets in a template, as they are written */
export const namesIn = (template: string): string[] => [...template.matchAll(placeholder)].map(([, name = ""]) => name);

/** Headers that say where a request goes and how it is framed, and the platform's own. */
const framing =
  /^(host|content-length|content-encoding|transfer-encoding|te|trailer|connection|keep-alive|upgrade|expect|proxy-.*|sec-.*|cf-.*|x-edgesmith-.*)$/i;

export type GrantInput = z.infer<typeof shapes.grantInput>;

export const grant = z
  .object({
    id: idOf("grant"),
    host: z.string(),
    methods: z.array(z.string()).optional(),
    pathPrefix: z.string().optional(),
    header: z.object({ name: z.string(), template: z.string() }).optional(),
    query: z.object({ name: z.string(), template: z.string() }).optional(),
    target,
    createdAt: timestamp,
  })
  .openapi("Grant");
export type Grant = z.infer<typeof grant>;

const tags = ["App environment"];

const shapes = lazily(() => {
  const targetInput = target.default("both").openapi({ description: "Which app it is for; both by default." });
  const variableInput = z.strictObject({ value: text().refine(fits, tooLong), target: targetInput });
  const secretInput = z.strictObject({
    value: text()
      .min(1)
      .refine(fits, tooLong)
      .refine((value) => value === "" || headerText.test(value), {
        message: "has a line break, a space at an end or another character that no header can carry",
        params: { code: "not_for_a_header" },
      }),
    target: targetInput,
  });
  const template = text()
    .max(1_000)
    .refine((value) => headerText.test(value), {
      message: "has a character that no header can carry",
      params: { code: "not_for_a_header" },
    })
    .refine(
      (value) => {
        const names = namesIn(value);
        return names.length > 0 && names.every(isVariableName);
      },
      { message: "needs the name of a secret in double braces, such as {{API_KEY}}", params: { code: "no_secret" } },
    )
    .openapi({ description: "The value, with `{{NAME}}` in place of a secret.", example: "Bearer {{STRIPE_KEY}}" });
  const header = z.strictObject({
    name: z
      .string()
      .max(100)
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not the name of a header")
      .refine((name) => !framing.test(name), { message: "is a header that a grant cannot set" })
      .openapi({ example: "Authorization" }),
    template,
  });
  const query = z.strictObject({ name: text().min(1).max(100).openapi({ example: "api_key" }), template });
  const pathPrefix = text()
    .max(1_000)
    .refine((path) => path.startsWith("/") && !/[?#\\\s]/.test(path), { message: "must be a path that begins with /" })
    .openapi({ description: "Only paths below it; whole segments are compared.", example: "/v1" });
  const grantInput = z.strictObject({
    host: text().min(1).openapi({
      description: "A host name, or `*.` and a name for every name below it; with a port unless it is 443.",
      example: "api.stripe.com",
    }),
    methods: z.array(z.enum(methods)).min(1).max(methods.length).optional().openapi({
      description: "The allowed methods; all by default.",
    }),
    pathPrefix: pathPrefix.optional(),
    header: header.optional().openapi({ description: "A header that the platform adds to each request." }),
    query: query.optional().openapi({ description: "A query parameter that the platform adds to each request." }),
    target: targetInput,
  });
  // Setting a value with an invalid name is a 422 (`requireName`); deleting one is a 404, since none can exist.
  const named = projectPath.extend({
    name: z.string().max(200).openapi({ pattern: "^[A-Z][A-Z0-9_]{0,63}$", example: "SHOP_NAME" }),
  });
  const oneTarget = z.object({
    target: target.optional().openapi({ description: "Only the value of this target; all values by default." }),
  });

  return { variableInput, secretInput, grantInput, named, oneTarget };
});

export const appEnvironmentRoutes = lazily(() => ({
  listVariables: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/variables",
    access: "projects:read",
    role: "editor",
    limit: "read",
    tags,
    summary: "The variables that the app's server reads from its env",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(variable), "A page of variables"), ...problems(400, 401, 403, 404, 422) },
  }),
  putVariable: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/variables/{name}",
    access: "projects:write",
    role: "owner",
    audit: "variable.put",
    limit: "write",
    tags,
    summary: "Set a variable; the app reads it within 5 s. A value for both apps replaces the values for one app",
    request: { params: shapes.named, body: jsonBody(shapes.variableInput) },
    responses: { 200: json(variable, "The variable"), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  }),
  deleteVariable: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/variables/{name}",
    access: "projects:write",
    role: "owner",
    audit: "variable.deleted",
    limit: "write",
    tags,
    summary: "Delete a variable",
    request: { params: shapes.named, query: shapes.oneTarget },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 422) },
  }),
  listSecrets: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/secrets",
    access: "projects:read",
    role: "editor",
    limit: "read",
    tags,
    summary: "The names of the secrets; no response contains their values",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(secret), "A page of secrets"), ...problems(400, 401, 403, 404, 422) },
  }),
  putSecret: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/secrets/{name}",
    access: "projects:write",
    role: "owner",
    audit: "secret.put",
    limit: "write",
    tags,
    summary: "Set a secret, which grants attach to requests; the app itself never receives its value",
    request: { params: shapes.named, body: jsonBody(shapes.secretInput) },
    responses: {
      200: json(secret, "The secret, without its value"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  deleteSecret: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/secrets/{name}",
    access: "projects:write",
    role: "owner",
    audit: "secret.deleted",
    limit: "write",
    tags,
    summary: "Delete a secret",
    request: { params: shapes.named, query: shapes.oneTarget },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 422) },
  }),
  listGrants: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/grants",
    access: "projects:read",
    role: "editor",
    limit: "read",
    tags,
    summary: "The hosts that the app's server may call, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(grant), "A page of grants"), ...problems(400, 401, 403, 404, 422) },
  }),
  createGrant: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/grants",
    access: "projects:write",
    role: "owner",
    audit: "grant.created",
    limit: "write",
    tags,
    summary: "Allow the app's server to call a host, with a secret attached where the grant names one",
    request: { params: projectPath, body: jsonBody(shapes.grantInput) },
    responses: { 201: json(grant, "The grant"), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  }),
  deleteGrant: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/grants/{grantId}",
    access: "projects:write",
    role: "owner",
    audit: "grant.deleted",
    limit: "write",
    tags,
    summary: "Revoke a grant; requests to its host are refused within 5 s",
    request: { params: projectPath.extend({ grantId: idOf("grant") }) },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
}));
