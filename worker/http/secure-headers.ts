import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./environment.ts";

const year = 31_536_000;

/** better-auth has a page of its own, with its styles in it; nothing else of that page is needed. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What browsers must know of everything below `/v1/auth`, pages and redirects included. */
export const secureAuthHeaders = createMiddleware<AppEnv>(async (c, next) => {
  const headers = c.get("answerHeaders");
  headers.set("Content-Security-Policy", pagePolicy);
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // Not over http, where it says nothing (RFC 6797, 7.2).
  if (c.get("config").appUrl.startsWith("https:"))
    headers.set("Strict-Transport-Security", `max-age=${year}; includeSubDomains`);
  await next();
});
