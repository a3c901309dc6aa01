import type { Ratelimit } from "@upstash/ratelimit";
import type { Limiter, Policy } from "./limiter.ts";

/** The timeout of a request to Redis. */
export const storeTimeoutMs = 800;

type RedisConfig = { url: string; token: string };

/** An instance caches exhausted keys, so instances live as long as the isolate. */
const instances = new Map<string, Promise<Ratelimit>>();

function instanceOf(config: RedisConfig, policy: Policy): Promise<Ratelimit> {
  const id = `${config.url} ${policy.name} ${policy.limit} ${policy.windowSeconds}`;
  const instance = instances.get(id) ?? newInstance(config, policy);
  instances.set(id, instance);
  return instance;
}

async function newInstance(config: RedisConfig, { name, limit, windowSeconds }: Policy): Promise<Ratelimit> {
  // Loaded on first use: isolates start faster without it, and installations without Redis never need it.
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
 * @returns a limiter over Upstash Redis, which lets all regions share one count. The client reports a hanging Redis as
 *   success with the reason `timeout`, and throws when Redis refuses a request: both count as degraded
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
