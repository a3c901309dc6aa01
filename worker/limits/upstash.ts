import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis/cloudflare";
import type { Limiter, Policy } from "./limiter.ts";

/** A limiter waits no longer than this for its store. */
export const storeTimeoutMs = 800;

type RedisConfig = { url: string; token: string };

/** Its cache of exhausted keys works only for as long as the instance lives, so instances live as long as the isolate. */
const instances = new Map<string, Ratelimit>();

function instanceOf(config: RedisConfig, { name, limit, windowSeconds }: Policy): Ratelimit {
  const id = `${config.url} ${name} ${limit} ${windowSeconds}`;
  const known = instances.get(id);
  if (known) return known;
  const redis = new Redis({
    ...config,
    retry: { retries: 0 },
    enableTelemetry: false,
    signal: () => AbortSignal.timeout(storeTimeoutMs),
  });
  const instance = new Ratelimit({
    redis,
    limiter: Ratelimit.slidingWindow(limit, `${windowSeconds} s`),
    prefix: `edgesmith:${name}`,
    timeout: storeTimeoutMs,
    analytics: false,
  });
  instances.set(id, instance);
  return instance;
}

/**
 * The limiter over Upstash Redis, for whom many regions are to share one count. A Redis that hangs answers success with
 * the reason `timeout`, one that refuses throws: both are degraded.
 */
export const upstashLimiter = (config: RedisConfig): Limiter => ({
  take: async (policy, key) => {
    const { success, remaining, reset, reason } = await instanceOf(config, policy).limit(key);
    const resetSeconds = Math.max(1, Math.ceil((reset - Date.now()) / 1_000));
    return { ok: success, remaining, resetSeconds, degraded: reason === "timeout" };
  },
  giveBack: async (policy, key) => {
    await instanceOf(config, policy).limit(key, { rate: -1 });
  },
});
