import type { Config } from "../../config/index.ts";

/**
 * The policy of our own and better-auth's pages: no resource loads, no script runs, no page frames them; styles are
 * inline.
 */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Sets the security headers of every response of the API.
 * @param config undefined when the configuration is invalid
 */
export function setSecurityHeaders(headers: Headers, config: Pick<Config, "isLocal"> | undefined): void {
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Content-Security-Policy", pagePolicy);
  // Two years. On a loopback address the browser would apply it to every other local server too.
  if (config && !config.isLocal) headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
}
