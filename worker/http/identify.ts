import { createMiddleware } from "hono/factory";
import { authenticate } from "../accounts/index.ts";
import { isAppError } from "../errors.ts";
import { checkLimit, limiterOf } from "../limits/index.ts";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./environment.ts";

/**
 * Finds who is asking. A bad credential counts against its address, so that rotating made-up tokens meets a limit.
 */
export const identify = createMiddleware<AppEnv>(async (c, next) => {
  const config = c.get("config");
  try {
    const { actor, setCookies } = await authenticate({
      config,
      database: c.get("database"),
      headers: c.req.raw.headers,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
    c.set("actor", actor);
    for (const cookie of setCookies) c.get("answerHeaders").append("set-cookie", cookie);
  } catch (error) {
    if (isAppError(error, "invalid_token")) {
      await checkLimit({ limiter: limiterOf(c.env, config), class: "anonymous", key: addressOf(c) });
    }
    throw error;
  }
  await next();
});
