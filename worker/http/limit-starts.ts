import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type AppError, isAppError } from "../errors.ts";
import { checkLimit, type LimitClass, limiterOf, refund } from "../limits/index.ts";
import type { AppEnv } from "./environment.ts";
import { answerKept } from "./idempotent.ts";
import { identifyPresumed } from "./identify.ts";
import { startedBefore } from "./start.ts";

/**
 * Counts the runs that a caller starts in a minute, and no request that starts none: one that is refused, or that was answered
 * before under its Idempotency-Key, is a write like any other. An answer that is kept is given whatever else was started since.
 */
export const limitStarts = createMiddleware<AppEnv>(async (c, next) => {
  const asked = questionOf(c, "run");
  const refusal = await counted(c, asked).catch(refusalIn);
  if (refusal) {
    if (c.req.header("idempotency-key") === undefined || !asked) throw refusal;
    await checkLimit({ ...asked, class: "write" });
    await identifyPresumed(c);
    const kept = await answerKept(c);
    if (!kept) throw refusal;
    return startedBefore(c, kept);
  }
  await next();
  if (c.res.status === 202 && !c.res.headers.has("idempotent-replayed")) return;
  if (asked) c.executionCtx.waitUntil(refund(asked));
  // Whose it was may have turned out otherwise on the way.
  if (c.res.status < 500) await counted(c, questionOf(c, "write"));
});

function questionOf(c: Context<AppEnv>, limitClass: LimitClass) {
  const actor = c.get("actor");
  const limiter = limiterOf(c.env, c.get("config"));
  return actor && { limiter, class: limitClass, key: actor.ownerId, plan: actor.plan };
}

/** @throws AppError `rate_limited`, `dependency_down` */
async function counted(c: Context<AppEnv>, asked: Question | null): Promise<undefined> {
  const headers = asked ? await checkLimit(asked) : {};
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}

type Question = NonNullable<ReturnType<typeof questionOf>>;

function refusalIn(error: unknown): AppError {
  if (isAppError(error, "rate_limited")) return error;
  throw error;
}
