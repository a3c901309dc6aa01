import type { Config } from "../config/index.ts";
import { durableObjectLimiter, type RateLimiter } from "./durable-object.ts";
import { failOpen } from "./fail-open.ts";
import type { Limiter, Policy } from "./limiter.ts";
import { policyOf } from "./policies.ts";
import { storeTimeoutMs, upstashLimiter } from "./upstash.ts";

export { checkLimit, type LimitHeaders, type LimitQuestion, limitHeadersOf, refund } from "./check-limit.ts";
export { RateLimiter } from "./durable-object.ts";
export type { Limiter } from "./limiter.ts";
export type { AuthClass } from "./policies.ts";
export { limitByNetwork, limitSignIn } from "./sign-in.ts";

/** The timeout of a Durable Object. It responds in milliseconds, but the first request to it may cross an ocean. */
const objectTimeoutMs = 2_000;

/** @returns the configured limiter: Redis when it is set, otherwise Durable Objects; null when RATE_LIMITS is off */
export function limiterOf(env: { RATE_LIMITERS: DurableObjectNamespace<RateLimiter> }, config: Config): Limiter | null {
  if (config.rateLimits === "off") return null;
  const limiter = config.redis
    ? failOpen(upstashLimiter(config.redis), config.logLevel, storeTimeoutMs + 200)
    : failOpen(durableObjectLimiter(env.RATE_LIMITERS), config.logLevel, objectTimeoutMs);
  return config.rateLimits === "unlimited-runs" ? { ...limiter, isOff: isOfRuns } : limiter;
}

const isOfRuns = ({ name }: Policy): boolean => name === policyOf("run", "free").name;
