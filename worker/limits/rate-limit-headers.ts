import type { Consumed, Policy } from "./limiter.ts";

/**
 * `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them. Where the store did not answer
 * there is only the policy: what remains is not known.
 */
export function headersOf({ name, limit, windowSeconds }: Policy, taken: Consumed): Record<string, string> {
  const policy = { "RateLimit-Policy": `"${name}";q=${limit};w=${windowSeconds}` };
  return taken.degraded ? policy : { ...policy, RateLimit: `"${name}";r=${taken.remaining};t=${taken.resetSeconds}` };
}
