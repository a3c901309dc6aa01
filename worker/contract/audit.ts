import { idOf, timestamp } from "./ids.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, z } from "./route.ts";

/** Everything that is audited. */
export const auditActions = [
  "session.created",
  "password.changed",
  "password.reset",
  "account.updated",
  "token.created",
  "token.revoked",
  "token.rotated",
  "project.created",
  "project.imported",
  "project.forked",
  "project.updated",
  "project.deleted",
  "project.published",
  "project.unpublished",
  "preview.data_deleted",
  "agent.put",
  "agent.deleted",
  "trigger.created",
  "trigger.updated",
  "trigger.secret_rotated",
  "trigger.deleted",
  "webhook.created",
  "webhook.updated",
  "webhook.deleted",
  "webhook.secret_rotated",
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditEntry = z
  .object({
    id: idOf("audit"),
    at: timestamp,
    actor: z.object({ kind: z.enum(["user", "token", "agent", "system"]), id: z.string() }),
    action: z.enum(auditActions).openapi({ description: "What was done.", example: "token.created" }),
    subject: z.string().openapi({ description: "The id of what it was done to." }),
  })
  .openapi("AuditEntry");
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditRoutes = {
  listAudit: defineRoute({
    method: "get",
    path: "/v1/audit",
    access: "usage:read",
    limit: "read",
    tags: ["Usage"],
    summary: "Who did what that a right or a project depends on, newest first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(auditEntry), "A page of the audit"), ...problems(400, 401, 403) },
  }),
};
