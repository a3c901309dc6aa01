import { messageOf } from "../errors.ts";
import { type LogLevel, log, metrics, timed } from "../monitoring/index.ts";
import type { Consumed, Limiter } from "./limiter.ts";

const degraded: Consumed = { ok: true, remaining: 0, resetSeconds: 0, degraded: true };

/** Wraps a limiter: waits at most `timeoutMs` for its store, and returns `degraded` when the store hangs or fails. */
export const failOpen = (limiter: Limiter, logLevel: LogLevel, timeoutMs: number): Limiter => ({
  consume: async (policy, key) => {
    const outcome = await timed(
      "limit",
      () => policy.name,
      () => attempt(() => limiter.consume(policy, key), timeoutMs),
    );
    if (outcome.degraded) {
      metrics.count("limiter_degraded");
      log(logLevel, "warn", { event: "limiter.degraded", policy: policy.name, cause: outcome.cause });
    }
    return outcome;
  },
  refund: async (policy, key) => {
    try {
      await limiter.refund(policy, key);
    } catch (error) {
      log(logLevel, "warn", { event: "limiter.degraded", policy: policy.name, cause: messageOf(error) });
    }
  },
});

async function attempt(take: () => Promise<Consumed>, timeoutMs: number): Promise<Consumed & { cause?: string }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Consumed & { cause: string }>((resolve) => {
    timer = setTimeout(() => resolve({ ...degraded, cause: `no response within ${timeoutMs} ms` }), timeoutMs);
  });
  try {
    return await Promise.race([take(), late]);
  } catch (error) {
    return { ...degraded, cause: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
