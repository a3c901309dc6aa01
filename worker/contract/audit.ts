import { auditActions } from "./audit-actions.ts";
import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, z } from "./route.ts";

export const auditEntry = z
  .object({
    id: idOf("audit"),
    at: timestamp,
    actor: z.object({ kind: z.enum(["user", "token", "agent", "system"]), id: z.string() }),
    action: z.enum(auditActions).openapi({ description: "The action.", example: "token.created" }),
    subject: z.string().openapi({ description: "The id of the resource that it concerns." }),
    address: z.string().nullable().openapi({ description: "The client's IP address, where a request caused it." }),
    userAgent: z.string().nullable(),
  })
  .openapi("AuditEntry");
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditRoutes = lazily(() => ({
  listAudit: defineRoute({
    method: "get",
    path: "/v1/audit",
    access: "usage:read",
    limit: "read",
    tags: ["Usage"],
    summary: "The audit log: changes of access and of whole projects, newest first",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(auditEntry), "A page of the audit log"), ...problems(400, 401, 403) },
  }),
}));
