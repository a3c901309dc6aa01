import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type EndedAccess, endedAccess } from "../../accounts/index.ts";
import { causesOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import { endPreviewsOf } from "../../preview/index.ts";
import { closeEndedCallers } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";

/** Closes the connections of credentials that this request ends, on any route. */
export const closeEndedConnections = createMiddleware<AppEnv>(async (c, next) => {
  const ended: EndedAccess = new Map();
  await endedAccess.run(ended, next);
  for (const [ownerId, { isEverything }] of ended) announce(c, ownerId, isEverything);
});

/**
 * Closes the account's live connections after some of its credentials have ended, without delaying the response: every
 * lookup already refuses the credentials. When all credentials end, also revokes the visitors' access to the previews.
 */
function announce(c: Context<AppEnv>, ownerId: string, isEverything: boolean): void {
  const config = c.get("config");
  const database = c.get("database");
  const work = [closeEndedCallers(database, c.env, ownerId)];
  if (isEverything) work.push(endPreviewsOf({ config, database }, c.env.PREVIEW, ownerId));
  const announced = Promise.all(work).catch((error: unknown) => {
    const context = { requestId: c.get("requestId"), route: "revocation" };
    c.get("reporter").capture(error, context);
    log(config.logLevel, "error", { event: "revocation.not_announced", ...context, error: causesOf(error) });
  });
  c.executionCtx.waitUntil(announced);
}
