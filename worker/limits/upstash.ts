import type { Ratelimit } from "@upstash/ratelimit";
import type { Limiter, Policy } from "./limiter.ts";

/** A limiter waits no longer than this for its store. */
export const storeTimeoutMs = 800;

type RedisConfig = { url: string; token: string };

/** Its cache of exhausted keys works only for as long as the instance lives, so instances live as long as the isolate. */
const instances = new Map<string, Promise<Ratelimit>>();

function instanceOf(config: RedisConfig, policy: Policy): Promise<Ratelimit> {
  const id = `${config.url} ${policy.name} ${policy.limit} ${policy.windowSeconds}`;
  const instance = instances.get(id) ?? newInstance(config, policy);
  instances.set(id, instance);
  return instance;
}

async function newInstance(config: RedisConfig, { name, limit, windowSeconds }: Policy): Promise<Ratelimit> {
  // Loaded at its first use: an isolate starts sooner without it, and where Redis is not set nothing needs it.
  const [{ Ratelimit }, { Redis }] = await Promise.all([
    import("@upstash/ratelimit"),
    import("@upstash/redis/cloudflare"),
  ]);
  const redis = new Redis({
    ...config,
    retry: { retries: 0 },
    enableTelemetry: false,
    signal: () => AbortSignal.timeout(storeTimeoutMs),
  });
  return new Ratelimit({
    redis,
    limiter: Ratelimit.slidingWindow(limit, `${windowSeconds} s`),
    prefix: `edgesmith:${name}`,
    timeout: storeTimeoutMs,
    analytics: false,
  });
}

/**
 * The limiter over Upstash Redis, for whom many regions are to share one count. A Redis that hangs answers success with
 * the reason `timeout`, one that refuses throws: both are degraded.
 */
export const upstashLimiter = (config: RedisConfig): Limiter => ({
  consume: async (policy, key) => {
    const { success, remaining, reset, reason } = await (await instanceOf(config, policy)).limit(key);
    const resetSeconds = Math.max(1, Math.ceil((reset - Date.now()) / 1_000));
    return { ok: success, remaining, resetSeconds, degraded: reason === "timeout" };
  },
  refund: async (policy, key) => {
    await (await instanceOf(config, policy)).limit(key, { rate: -1 });
  },
});
