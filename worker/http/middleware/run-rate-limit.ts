import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type AppError, isAppError } from "../../errors.ts";
import { checkLimit, type LimitClass, limiterOf, refund } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { replayStart } from "../routes/start-run.ts";
import { verifyCachedCaller } from "./authentication.ts";
import { findStoredResponse } from "./idempotency.ts";

/**
 * Limits the runs that a caller starts in a minute. A request that starts none (refused, or replayed under its Idempotency-Key) is
 * refunded and counts as a write. A stored response is replayed even when the limit is reached.
 */
export const rateLimitRunStarts = createMiddleware<AppEnv>(async (c, next) => {
  const asked = questionOf(c, "run");
  const refusal = await consumeRateLimit(c, asked).catch(limitErrorOf);
  if (refusal) {
    if (c.req.header("idempotency-key") === undefined || !asked) throw refusal;
    await checkLimit({ ...asked, class: "write" });
    await verifyCachedCaller(c);
    const stored = await findStoredResponse(c);
    if (!stored) throw refusal;
    return replayStart(c, stored);
  }
  await next();
  if (c.res.status === 202 && !c.res.headers.has("idempotent-replayed")) return;
  if (asked) c.executionCtx.waitUntil(refund(asked));
  // Whose it was may have turned out otherwise on the way.
  if (c.res.status < 500) await consumeRateLimit(c, questionOf(c, "write"));
});

function questionOf(c: Context<AppEnv>, limitClass: LimitClass) {
  const actor = c.get("actor");
  const limiter = limiterOf(c.env, c.get("config"));
  return actor && { limiter, class: limitClass, key: actor.ownerId, plan: actor.plan };
}

/** @throws AppError `rate_limited`, `dependency_down` */
async function consumeRateLimit(c: Context<AppEnv>, asked: Question | null): Promise<undefined> {
  const headers = asked ? await checkLimit(asked) : {};
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}

type Question = NonNullable<ReturnType<typeof questionOf>>;

function limitErrorOf(error: unknown): AppError {
  if (isAppError(error, "rate_limited")) return error;
  throw error;
}
