import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type EndedAccess, endedAccess } from "../../accounts/index.ts";
import { causesOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import { endPreviewsOf } from "../../preview/index.ts";
import { closeEndedCallers } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";

/** Closes what was opened by the credentials that end while a request is served, whichever route ends them. */
export const closeEndedConnections = createMiddleware<AppEnv>(async (c, next) => {
  const ended: EndedAccess = new Map();
  await endedAccess.run(ended, next);
  for (const [ownerId, { isEverything }] of ended) announce(c, ownerId, isEverything);
});

/**
 * Tells those who hold connections open that credentials of an account have ended. It goes on behind the answer: the credential
 * is refused already wherever it is looked at. Where everything ends, whoever was let in is out of the previews too.
 */
function announce(c: Context<AppEnv>, ownerId: string, isEverything: boolean): void {
  const config = c.get("config");
  const database = c.get("database");
  const work = [closeEndedCallers(database, c.env, ownerId)];
  if (isEverything) work.push(endPreviewsOf({ config, database }, c.env.PREVIEW, ownerId));
  const announced = Promise.all(work).catch((error: unknown) => {
    const about = { requestId: c.get("requestId"), route: "revocation" };
    c.get("reporter").capture(error, about);
    log(config.logLevel, "error", { event: "revocation.not_announced", ...about, error: causesOf(error) });
  });
  c.executionCtx.waitUntil(announced);
}
