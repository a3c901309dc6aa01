import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { noteAudit } from "../accounts/index.ts";
import type { AuditAction } from "../contract/index.ts";
import { causesOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import type { AppEnv } from "./environment.ts";

/** What is audited: what gives or takes a right, and what a project as a whole depends on. Its edits have the history. */
const actions: Record<string, AuditAction> = {
  "PATCH /v1/me": "account.updated",
  "POST /v1/tokens": "token.created",
  "DELETE /v1/tokens/{id}": "token.revoked",
  "POST /v1/tokens/{id}/rotate": "token.rotated",
  "POST /v1/projects": "project.created",
  "POST /v1/projects/import": "project.imported",
  "POST /v1/projects/{id}/fork": "project.forked",
  "PATCH /v1/projects/{id}": "project.updated",
  "DELETE /v1/projects/{id}": "project.deleted",
  "POST /v1/projects/{id}/publish": "project.published",
  "DELETE /v1/projects/{id}/publish": "project.unpublished",
  "DELETE /v1/projects/{id}/preview/data": "preview.data_deleted",
  "PUT /v1/projects/{id}/agents/{name}": "agent.put",
  "DELETE /v1/projects/{id}/agents/{name}": "agent.deleted",
  "POST /v1/projects/{id}/triggers": "trigger.created",
  "PATCH /v1/triggers/{id}": "trigger.updated",
  "POST /v1/triggers/{id}/rotate-secret": "trigger.secret_rotated",
  "DELETE /v1/triggers/{id}": "trigger.deleted",
  "POST /v1/webhooks": "webhook.created",
  "PATCH /v1/webhooks/{id}": "webhook.updated",
  "DELETE /v1/webhooks/{id}": "webhook.deleted",
  "POST /v1/webhooks/{id}/rotate-secret": "webhook.secret_rotated",
};

export const actionOf = ({ method, path }: { method: string; path: string }): AuditAction | undefined =>
  actions[`${method.toUpperCase()} ${path}`];

/** Notes that something was done once it was, and not when it is answered again. */
export const audited = (action: AuditAction) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const isDone = c.res.status >= 200 && c.res.status < 300 && !c.res.headers.has("idempotent-replayed");
    const actor = c.get("actor");
    if (isDone && actor)
      await note(c, async () => noteAudit(c.get("database"), actor, { action, subject: await subjectOf(c) }));
  });

/** The thing that was made, or else the one that the address names; the account itself where it names none. */
async function subjectOf(c: Context<AppEnv>): Promise<string> {
  if (c.res.status === 201) {
    const made: unknown = await c.res.clone().json();
    const id: unknown = Object(made).id;
    if (typeof id === "string") return id;
  }
  const { id, name } = c.req.param() as { id?: string; name?: string };
  if (id === undefined) return c.get("actor")?.ownerId ?? "";
  return name === undefined ? id : `${id}/${name}`;
}

/** It has been done by then, so it is not answered as if it had not: whoever keeps the system running is told. */
async function note(c: Context<AppEnv>, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const about = { requestId: c.get("requestId"), route: "audit" };
    c.get("reporter").capture(error, about);
    log(c.get("config").logLevel, "error", { event: "audit.lost", ...about, error: causesOf(error) });
  }
}
