import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, jsonBody, scopes, z } from "./route.ts";
import { usage } from "./run-events.ts";
import { nameText } from "./text.ts";

export const planName = z.enum(["free", "pro", "enterprise"]).openapi("Plan");
export type PlanName = z.infer<typeof planName>;

export const me = z
  .object({
    id: idOf("user"),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    mustVerifyEmail: z.boolean().openapi({
      description: "Whether runs, tokens, webhooks, triggers and publishing are blocked until the address is verified.",
    }),
    plan: planName,
    isAdmin: z.boolean().openapi({ description: "Whether it is an owner of the platform (`/v1/admin`)." }),
    secondFactor: z.object({
      enabled: z.boolean().openapi({ description: "Whether signing in with a password also requires a code." }),
      verified: z.boolean().openapi({ description: "Whether a code was entered for this session." }),
      required: z
        .boolean()
        .openapi({ description: "Whether the administration requires it, for an owner of the platform." }),
    }),
    deletionDueAt: timestamp
      .nullable()
      .openapi({ description: "When the account is permanently deleted, if its owner requested that." }),
    hooksToConfirm: z
      .int()
      .openapi({ description: "Webhooks and triggers that a new password has disabled (`POST /v1/me/hooks/enable`)." }),
    limits: z.object({
      runsPerMinute: z.int(),
      writesPerMinute: z.int(),
      readsPerMinute: z.int(),
      fileBytes: z.int(),
      filesPerProject: z.int(),
      projectBytes: z.int(),
      projects: z.int(),
      storedBytes: z.int().openapi({
        description: "The storage limit of all projects together: contents with their history, and conversations.",
      }),
    }),
    usage: z.object({
      today: usage.openapi({
        description: "The usage of all runs today (UTC) so far, including open runs and those of deleted projects.",
      }),
      projects: z.int(),
      storedBytes: z.int(),
      todayMicroUsd: z.int(),
      todayInputTokens: z.int(),
      todayOutputTokens: z.int(),
    }),
    budget: z.object({
      dailyMicroUsd: z.int(),
      maxDailyMicroUsd: z.int().openapi({ description: "The largest daily budget that the plan allows." }),
    }),
  })
  .openapi("Me");
export type Me = z.infer<typeof me>;

/** The maximum length of a person's name, in UTF-16 units. */
export const maxNameLength = 100;

export const token = z
  .object({
    id: idOf("token"),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    prefix: z.string(),
    last4: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
  })
  .openapi("ApiToken");
export type ApiToken = z.infer<typeof token>;

export type NewApiToken = z.infer<typeof shapes.newToken>;

const shapes = lazily(() => {
  const meUpdate = z.strictObject({
    name: nameText(maxNameLength).optional(),
    budget: z.strictObject({ dailyMicroUsd: z.int().min(0) }).optional(),
  });
  const newToken = token.extend({ token: z.string() }).openapi("NewApiToken");
  const tokenInput = z.strictObject({
    name: nameText(100),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    expiresInDays: z.int().min(1).max(3650).optional(),
  });
  const tokenPath = z.object({ id: idOf("token") });

  return { meUpdate, newToken, tokenInput, tokenPath };
});

export const accountRoutes = lazily(() => ({
  getMe: defineRoute({
    method: "get",
    path: "/v1/me",
    access: "any",
    limit: "read",
    tags: ["Accounts"],
    summary: "The caller's account: plan, limits, today's usage and daily budget",
    responses: { 200: json(me, "The account"), ...problems(401, 403) },
  }),
  updateMe: defineRoute({
    method: "patch",
    path: "/v1/me",
    access: "session",
    audit: "account.updated",
    limit: "write",
    tags: ["Accounts"],
    summary: "Change the name or the daily budget",
    request: { body: jsonBody(shapes.meUpdate) },
    responses: { 200: json(me, "The account, changed"), ...problems(400, 401, 403, 415, 422) },
  }),
  createToken: defineRoute({
    method: "post",
    path: "/v1/tokens",
    access: "session",
    audit: "token.created",
    limit: "write",
    tags: ["Accounts"],
    summary: "Create an API token; only this response contains it",
    request: { body: jsonBody(shapes.tokenInput) },
    responses: { 201: json(shapes.newToken, "The token"), ...problems(400, 401, 403, 409, 415, 422) },
  }),
  listTokens: defineRoute({
    method: "get",
    path: "/v1/tokens",
    access: "session",
    limit: "read",
    tags: ["Accounts"],
    summary: "The account's API tokens",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(token), "A page of tokens"), ...problems(400, 401, 403) },
  }),
  revokeToken: defineRoute({
    method: "delete",
    path: "/v1/tokens/{id}",
    access: "session",
    audit: "token.revoked",
    limit: "write",
    tags: ["Accounts"],
    summary: "Revoke an API token",
    request: { params: shapes.tokenPath },
    responses: { 204: { description: "Revoked" }, ...problems(401, 403, 404) },
  }),
  rotateToken: defineRoute({
    method: "post",
    path: "/v1/tokens/{id}/rotate",
    access: "session",
    audit: "token.rotated",
    limit: "write",
    tags: ["Accounts"],
    summary: "Replace a token; the old token stays valid for the overlap",
    request: {
      params: shapes.tokenPath,
      body: {
        required: false,
        content: {
          "application/json": { schema: z.strictObject({ overlapSeconds: z.int().min(0).max(604_800).optional() }) },
        },
      },
    },
    responses: { 201: json(shapes.newToken, "The new token"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
}));
