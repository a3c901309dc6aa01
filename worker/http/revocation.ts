import type { Context } from "hono";
import { causesOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { endPreviewsOf } from "../preview/index.ts";
import { closeEndedCallers } from "../runs/index.ts";
import type { AppEnv } from "./environment.ts";

/** Where not one session ends but every other one, or all: whoever was let in by them is out of the previews too. */
const endsAll = /\/(revoke-sessions|revoke-other-sessions|change-password|reset-password)$/;

/**
 * Tells those who hold connections open that credentials of these accounts have ended. It goes on behind the answer: the credential
 * is refused already wherever it is looked at.
 */
export function announceEnded(c: Context<AppEnv>, ownerIds: Iterable<string>): void {
  const config = c.get("config");
  const database = c.get("database");
  for (const ownerId of ownerIds) {
    const work = [closeEndedCallers(database, c.env, ownerId)];
    if (endsAll.test(c.req.path)) work.push(endPreviewsOf({ config, database }, c.env.PREVIEW, ownerId));
    const told = Promise.all(work).catch((error: unknown) => {
      const about = { requestId: c.get("requestId"), route: "revocation" };
      c.get("reporter").capture(error, about);
      log(config.logLevel, "error", { event: "revocation.not_announced", ...about, error: causesOf(error) });
    });
    c.executionCtx.waitUntil(told);
  }
}
