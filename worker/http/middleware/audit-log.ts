import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { recordAudit } from "../../accounts/index.ts";
import type { AuditAction } from "../../contract/index.ts";
import { causesOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import type { AppEnv } from "../environment.ts";
import { auditClient } from "./client-ip.ts";
import { requestContext } from "./request-context.ts";

/** Records an action in the audit log after a response with status 2xx; a replayed response is not recorded again. */
export const auditLog = (action: AuditAction) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const isDone = c.res.status >= 200 && c.res.status < 300 && !c.res.headers.has("idempotent-replayed");
    const actor = c.get("memberActor") ?? c.get("actor");
    if (isDone && actor)
      await recordOrReport(c, async () =>
        recordAudit(c.get("database"), actor, { action, subject: await subjectOf(c) }, auditClient(c)),
      );
  });

/** Records an action besides that of the request's route, such as the restore of data together with code. */
export const recordAlso = (c: Context<AppEnv>, action: AuditAction, subject: string): Promise<void> =>
  recordOrReport(c, async () =>
    recordAudit(c.get("database"), requestContext(c).actor, { action, subject }, auditClient(c)),
  );

/** Parts of a project that have no name of their own: their audit entries name the project as well. */
const unnamedPart = /^(?:inv|grt)_/;

/**
 * @returns the id of the created resource, with its project's id where it has no name; otherwise the id in the path, or
 *   the account's id when the path has none
 */
async function subjectOf(c: Context<AppEnv>): Promise<string> {
  const { table } = c.req.param() as { table?: string };
  // The app chooses the ids of its rows, so the subject names the table.
  if (table !== undefined) return `${c.req.param("id")}/${table}`;
  if (c.res.status === 201) {
    const created: unknown = await c.res.clone().json();
    const id: unknown = Object(created).id;
    if (typeof id === "string") return unnamedPart.test(id) ? `${c.req.param("id")}/${id}` : id;
  }
  const parameters = c.req.param() as Record<string, string | undefined>;
  const { id = undefined, projectId = undefined, name, grantId, invitationId, scheduleId, user } = parameters;
  const part = name ?? grantId ?? invitationId ?? scheduleId ?? user;
  if (id === undefined) return projectId ?? part ?? c.get("actor")?.ownerId ?? "";
  return part === undefined ? id : `${id}/${part}`;
}

/** Reports a failure to write the audit record without failing the request, whose action has already happened. */
async function recordOrReport(c: Context<AppEnv>, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const context = { requestId: c.get("requestId"), route: "audit" };
    c.get("reporter").capture(error, context);
    log(c.get("config").logLevel, "error", { event: "audit.lost", ...context, error: causesOf(error) });
  }
}
