import { messageOf } from "../errors.ts";
import { type LogLevel, log, timed } from "../monitoring/index.ts";
import type { Limiter, Taken } from "./limiter.ts";

const degraded: Taken = { ok: true, remaining: 0, resetSeconds: 0, degraded: true };

/** The same limiter, which waits `timeoutMs` at most and answers `degraded` where its store hangs or fails. */
export const guarded = (limiter: Limiter, logLevel: LogLevel, timeoutMs: number): Limiter => ({
  take: async (policy, key) => {
    const outcome = await timed("limit", () => attempt(() => limiter.take(policy, key), timeoutMs));
    if (outcome.degraded)
      log(logLevel, "warn", { event: "limiter.degraded", policy: policy.name, cause: outcome.cause });
    return outcome;
  },
  giveBack: async (policy, key) => {
    try {
      await limiter.giveBack(policy, key);
    } catch (error) {
      log(logLevel, "warn", { event: "limiter.degraded", policy: policy.name, cause: messageOf(error) });
    }
  },
});

async function attempt(take: () => Promise<Taken>, timeoutMs: number): Promise<Taken & { cause?: string }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Taken & { cause: string }>((resolve) => {
    timer = setTimeout(() => resolve({ ...degraded, cause: `no answer within ${timeoutMs} ms` }), timeoutMs);
  });
  try {
    return await Promise.race([take(), late]);
  } catch (error) {
    return { ...degraded, cause: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
