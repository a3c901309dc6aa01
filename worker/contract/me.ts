import { me, token } from "./accounts.ts";
import { grant, secret, variable } from "./app-environment.ts";
import { auditEntry } from "./audit.ts";
import { comment } from "./comments.ts";
import { revision } from "./files.ts";
import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { message, project } from "./projects.ts";
import { defineRoute, emptyBody, json, optionalBody, z } from "./route.ts";
import { run } from "./runs.ts";
import { member } from "./sharing.ts";
import { trigger } from "./triggers.ts";
import { usageReport } from "./usage.ts";
import { webhook } from "./webhooks.ts";

export const session = z
  .object({
    id: idOf("session"),
    isCurrent: z.boolean().openapi({ description: "Whether this request uses it." }),
    address: z.string().nullable().openapi({ description: "The client's IP address at sign-in." }),
    userAgent: z.string().nullable(),
    createdAt: timestamp,
    updatedAt: timestamp.openapi({ description: "When it was last extended, about once a day of use." }),
    expiresAt: timestamp,
  })
  .openapi("Session");
export type Session = z.infer<typeof session>;

export type Deletion = z.infer<typeof shapes.deletion>;

export type EnabledHooks = z.infer<typeof shapes.enabledHooks>;

/** The export of an account's data, except for file contents, which each project's archive contains. */
export const accountExport = z
  .object({
    exportedAt: timestamp,
    account: me,
    sessions: z.array(session),
    tokens: z.array(token),
    webhooks: z.array(webhook),
    usage: usageReport,
    audit: z.array(auditEntry),
    projects: z.array(
      z.object({
        project,
        archive: z.string().openapi({ description: "The URL of its files as a zip." }),
        triggers: z.array(trigger),
        variables: z.array(variable).openapi({ description: "The variables of its app." }),
        secrets: z
          .array(secret)
          .openapi({ description: "The secrets without their values, which no response contains." }),
        grants: z.array(grant).openapi({ description: "The hosts that its app may call." }),
        revisions: z.array(revision),
        runs: z.array(run),
        messages: z.array(message),
        members: z
          .array(member)
          .openapi({ description: "The account itself as the owner, and the project's members." }),
        comments: z.array(comment).openapi({ description: "The comments on its messages, newest first." }),
      }),
    ),
    sharedProjects: z.array(project).openapi({
      description: "The projects that others share with the account. Their contents belong to their owners.",
    }),
  })
  .openapi("AccountExport");
export type AccountExport = z.infer<typeof accountExport>;

const own = { access: "session" as const, tags: ["Accounts"] };

const shapes = lazily(() => {
  const deletion = z
    .object({
      deletionDueAt: timestamp.openapi({ description: "Until then signing in and `POST /v1/me/restore` keep it." }),
    })
    .openapi("AccountDeletion");
  const enabledHooks = z.object({ webhooks: z.int(), triggers: z.int() }).openapi("EnabledHooks");
  const sessionPath = z.object({ id: idOf("session") });

  return { deletion, enabledHooks, sessionPath };
});

export const meRoutes = lazily(() => ({
  deleteMe: defineRoute({
    ...own,
    method: "delete",
    path: "/v1/me",
    limit: "write",
    summary: "Delete the account and all its data after 14 days; until then it can be restored by signing in",
    responses: {
      202: json(shapes.deletion, "The time of the deletion; every session and token has ended"),
      ...problems(401, 403),
    },
  }),
  restoreMe: defineRoute({
    ...own,
    method: "post",
    path: "/v1/me/restore",
    limit: "write",
    summary: "Cancel the deletion of the account",
    request: { body: optionalBody(emptyBody) },
    responses: { 200: json(me, "The account, which stays"), ...problems(400, 401, 403, 415, 422) },
  }),
  exportMe: defineRoute({
    ...own,
    method: "get",
    path: "/v1/me/export",
    limit: "read",
    summary: "All data of the account, as one JSON document; files are in each project's archive",
    responses: { 200: json(accountExport, "The account's data"), ...problems(401, 403) },
  }),
  enableHooks: defineRoute({
    ...own,
    method: "post",
    path: "/v1/me/hooks/enable",
    limit: "write",
    summary: "Re-enable the webhooks and triggers that a new password has disabled",
    request: { body: optionalBody(emptyBody) },
    responses: {
      200: json(shapes.enabledHooks, "The number of enabled webhooks and triggers"),
      ...problems(400, 401, 403, 415, 422),
    },
  }),
  listSessions: defineRoute({
    ...own,
    method: "get",
    path: "/v1/me/sessions",
    limit: "read",
    summary: "The account's sessions, newest first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(session), "A page of sessions"), ...problems(400, 401, 403) },
  }),
  endOtherSessions: defineRoute({
    ...own,
    method: "delete",
    path: "/v1/me/sessions",
    limit: "write",
    summary: "Sign out everywhere else",
    responses: { 204: { description: "Every other session has ended" }, ...problems(401, 403) },
  }),
  readSession: defineRoute({
    ...own,
    method: "get",
    path: "/v1/me/sessions/{id}",
    limit: "read",
    summary: "One session",
    request: { params: shapes.sessionPath },
    responses: { 200: json(session, "The session"), ...problems(401, 403, 404) },
  }),
  endSession: defineRoute({
    ...own,
    method: "delete",
    path: "/v1/me/sessions/{id}",
    limit: "write",
    summary: "End a session",
    request: { params: shapes.sessionPath },
    responses: { 204: { description: "Ended" }, ...problems(401, 403, 404) },
  }),
}));
