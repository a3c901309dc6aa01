import type { Consumed, Policy } from "./limiter.ts";

/**
 * @returns `RateLimit-Policy` and `RateLimit` by draft-ietf-httpapi-ratelimit-headers-10; only the policy when the
 *   store did not respond, since the remainder is unknown
 */
export function headersOf({ name, limit, windowSeconds }: Policy, taken: Consumed): Record<string, string> {
  const policy = { "RateLimit-Policy": `"${name}";q=${limit};w=${windowSeconds}` };
  return taken.degraded ? policy : { ...policy, RateLimit: `"${name}";r=${taken.remaining};t=${taken.resetSeconds}` };
}
