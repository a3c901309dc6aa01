import { planName } from "./accounts.ts";
import { alert, alertEvent, alertInput, ruleName } from "./alerts.ts";
import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { metricPoints, metricQuery, overview } from "./metrics.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, emptyBody, json, jsonBody, optionalBody, z } from "./route.ts";
import { usage } from "./run-events.ts";
import { requestIdText, requestTrace } from "./traces.ts";
import { day } from "./usage.ts";

export type AdminAccount = z.infer<typeof shapes.adminAccount>;

export type AccountUpdate = z.infer<typeof shapes.accountUpdate>;

export const spendGroups = ["day", "account", "agent", "model"] as const;
export type SpendQuery = z.infer<typeof shapes.spendQuery>;

export type SpendReport = z.infer<typeof shapes.spendReport>;

export type OpenRun = z.infer<typeof shapes.openRun>;

export const publication = z
  .object({
    projectId: idOf("project"),
    name: z.string(),
    ownerId: idOf("user"),
    email: z.string(),
    revision: z.int(),
    url: z.string(),
    updatedAt: timestamp,
  })
  .openapi("AdminPublication");
export type AdminPublication = z.infer<typeof publication>;

const read = { access: "admin" as const, limit: "read" as const, tags: ["Administration"] };
const write = { ...read, limit: "write" as const };

const shapes = lazily(() => {
  const adminAccount = z
    .object({
      id: idOf("user"),
      name: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      plan: planName,
      suspended: z.boolean(),
      suspendedAt: timestamp.nullable(),
      deletionDueAt: timestamp.nullable(),
      projects: z.int(),
      publications: z.int(),
      spentTodayMicroUsd: z.int(),
      createdAt: timestamp,
    })
    .openapi("AdminAccount");
  const accountUpdate = z.strictObject({ plan: planName.optional(), suspended: z.boolean().optional() });
  const spendQuery = z.object({
    from: day.optional().openapi({ description: "The first day; 29 days before the last by default." }),
    to: day.optional().openapi({ description: "The last day; today (UTC) by default." }),
    groupBy: z.enum(spendGroups).default("day"),
  });
  const spendReport = z
    .object({
      from: day,
      to: day,
      groupBy: z.enum(spendGroups),
      data: z.array(
        usage.extend({
          key: z.string().openapi({ description: "The day, the account's id, the agent's name or the model's id." }),
          name: z.string().nullable().openapi({ description: "An account's address; null otherwise." }),
        }),
      ),
      total: usage,
    })
    .openapi("SpendReport");
  const openRun = z
    .object({
      id: idOf("run"),
      projectId: idOf("project"),
      ownerId: idOf("user"),
      email: z.string(),
      status: z.enum(["queued", "running", "waiting"]),
      agent: z.string().nullable(),
      createdAt: timestamp,
      startedAt: timestamp.nullable(),
    })
    .openapi("OpenRun");
  const accountPath = z.object({ id: idOf("user") });
  const accountDeletion = z.strictObject({
    email: z.string().openapi({ description: "The account's address, typed to confirm." }),
  });
  const alertPath = z.object({ name: ruleName });

  return { adminAccount, accountUpdate, spendQuery, spendReport, openRun, accountPath, accountDeletion, alertPath };
});

export const adminRoutes = lazily(() => ({
  adminOverview: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/overview",
    summary: "The state of the platform: traffic, money, runs, deliveries, alerts",
    responses: { 200: json(overview, "The last hour, and now") },
  }),
  adminMetrics: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/metrics",
    summary: "One metric over time",
    request: { query: metricQuery },
    responses: { 200: json(metricPoints, "Its points") },
  }),
  adminTrace: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/traces/{requestId}",
    summary:
      "The spans of a request and of the runs and deliveries that it caused; kept for two days, not for every request",
    request: { params: z.object({ requestId: requestIdText }) },
    responses: { 200: json(requestTrace, "Its spans") },
  }),
  adminSpend: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/spend",
    summary: "Tokens and micro-dollars of all accounts by day, account, agent or model",
    request: { query: shapes.spendQuery },
    responses: { 200: json(shapes.spendReport, "The spending; the most expensive group first, at most 100 groups") },
  }),
  adminRuns: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/runs",
    summary: "The open runs, newest first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(shapes.openRun), "A page of runs"), ...problems(400) },
  }),
  adminAlerts: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/alerts",
    summary: "The alert rules with their state, by name",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(alert), "A page of alerts"), ...problems(400) },
  }),
  adminAlert: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/alerts/{name}",
    summary: "One alert rule",
    request: { params: shapes.alertPath },
    responses: { 200: json(alert, "The rule") },
  }),
  adminPutAlert: defineRoute({
    ...write,
    method: "put",
    path: "/v1/admin/alerts/{name}",
    audit: "admin.alert_updated",
    summary: "Create or replace an alert rule; a replaced rule keeps its state",
    request: { params: shapes.alertPath, body: jsonBody(alertInput) },
    responses: { 200: json(alert, "The rule"), ...problems(400, 415, 422) },
  }),
  adminDeleteAlert: defineRoute({
    ...write,
    method: "delete",
    path: "/v1/admin/alerts/{name}",
    audit: "admin.alert_deleted",
    summary: "Delete an alert rule",
    request: { params: shapes.alertPath },
    responses: { 204: { description: "Deleted" } },
  }),
  adminAlertEvents: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/alert-events",
    summary: "The history of alerts that fired and were resolved, newest first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(alertEvent), "A page of the history"), ...problems(400) },
  }),
  adminAccounts: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/accounts",
    summary: "Accounts, newest first",
    request: {
      query: pageQuery.extend({
        q: z
          .string()
          .max(200)
          .optional()
          .openapi({ description: "A part of the email address or the name, or an id." }),
      }),
    },
    responses: { 200: json(pageOf(shapes.adminAccount), "A page of accounts"), ...problems(400) },
  }),
  adminUpdateAccount: defineRoute({
    ...write,
    method: "patch",
    path: "/v1/admin/accounts/{id}",
    audit: "admin.account_updated",
    summary: "Change an account's plan, or suspend or reinstate it",
    request: { params: shapes.accountPath, body: jsonBody(shapes.accountUpdate) },
    responses: { 200: json(shapes.adminAccount, "The account"), ...problems(400, 415, 422) },
  }),
  adminSignOut: defineRoute({
    ...write,
    method: "post",
    path: "/v1/admin/accounts/{id}/sign-out",
    audit: "admin.account_signed_out",
    summary: "End every session and token of an account",
    request: { params: shapes.accountPath, body: optionalBody(emptyBody) },
    responses: { 204: { description: "Ended" }, ...problems(400, 415, 422) },
  }),
  adminDeleteAccount: defineRoute({
    ...write,
    method: "post",
    path: "/v1/admin/accounts/{id}/delete",
    audit: "admin.account_deleted",
    summary: "Permanently delete an account and all its data, without a grace period",
    request: { params: shapes.accountPath, body: jsonBody(shapes.accountDeletion) },
    responses: {
      202: json(shapes.adminAccount, "Its access has ended; the data is deleted within minutes"),
      ...problems(400, 409, 415, 422),
    },
  }),
  adminPublications: defineRoute({
    ...read,
    method: "get",
    path: "/v1/admin/publications",
    summary: "Published apps, the newest project first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(publication), "A page of published apps"), ...problems(400) },
  }),
  adminUnpublish: defineRoute({
    ...write,
    method: "delete",
    path: "/v1/admin/publications/{projectId}",
    audit: "admin.publication_removed",
    summary: "Take a published app down",
    request: { params: z.object({ projectId: idOf("project") }) },
    responses: { 204: { description: "Taken down" } },
  }),
}));
