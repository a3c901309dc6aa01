import type { Consumed, Policy } from "./limiter.ts";

/**
 * @returns `RateLimit-Policy` and `RateLimit` by draft-ietf-httpapi-ratelimit-headers-10; only the policy when the
 *   store did not respond, since the remainder is unknown
 */
export function headersOf({ name, limit, windowSeconds }: Policy, consumed: Consumed): Record<string, string> {
  const policy = { "RateLimit-Policy": `"${name}";q=${limit};w=${windowSeconds}` };
  return consumed.degraded
    ? policy
    : { ...policy, RateLimit: `"${name}";r=${consumed.remaining};t=${consumed.resetSeconds}` };
}
