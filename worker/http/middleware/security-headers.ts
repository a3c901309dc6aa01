import type { Config } from "../../config/index.ts";

/** For pages of our own and of better-auth: nothing is loaded, nothing runs, nobody frames them. Styles stand in the page. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Sets what every answer of the API carries, whoever has made it. @param config undefined where it is faulty */
export function setSecurityHeaders(headers: Headers, config: Pick<Config, "isLocal"> | undefined): void {
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Content-Security-Policy", pagePolicy);
  // Two years. A browser would keep it for every other server on a loopback address too.
  if (config && !config.isLocal) headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
}
