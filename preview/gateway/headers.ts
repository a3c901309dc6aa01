// Allow-lists for the headers between a visitor and generated code, in both directions: unknown headers are dropped.
import { BROWSER_COOKIE, SESSION_COOKIE } from "../people/session-cookie.ts";
import { COOKIE } from "./cookie.ts";

/** The platform's own cookies, which an app can neither read nor set. */
const OWN_COOKIES = new Set([COOKIE, SESSION_COOKIE, BROWSER_COOKIE].map((name) => name.toLowerCase()));
const isOwnCookie = (pair: string): boolean => OWN_COOKIES.has((pair.split("=", 1)[0] ?? "").trim().toLowerCase());

const REQUEST = new Set([
  "accept",
  "accept-language",
  "authorization",
  "cache-control",
  "content-encoding",
  "content-language",
  "content-length",
  "content-type",
  "cookie",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "idempotency-key",
  "last-event-id",
  "origin",
  "prefer",
  "range",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "upgrade",
  "connection",
  "user-agent",
]);

const RESPONSE = new Set([
  "accept-ranges",
  "age",
  "allow",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-security-policy",
  "content-type",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "date",
  "etag",
  "expires",
  "idempotent-replayed",
  "last-modified",
  "link",
  "location",
  "permissions-policy",
  "pragma",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "server-timing",
  "upgrade",
  "connection",
  "vary",
]);

/** Prefixes of custom headers, which libraries choose freely. */
const CUSTOM = /^(x-|hx-)/;
/** Headers with a custom prefix that the infrastructure around an app sets or trusts. */
const MACHINERY =
  /^x-(edgesmith-|forwarded-|real-ip$|frame-options$|accel-|sendfile|robots-tag$|original-|rewrite-|amz-|goog-|cf-)/;

/** Filters a visitor's request headers for the app. The app's own cookies pass; the platform's do not. */
export function requestHeaders(headers: Headers): Headers {
  const passed = new Headers();
  for (const [name, value] of headers) {
    if (name === "cookie") setUnlessEmpty(passed, name, withoutOwnCookie(value));
    else if (REQUEST.has(name) || isCustom(name)) passed.set(name, value);
  }
  return passed;
}

/**
 * Filters the app's response headers and adds the security headers of every app's origin.
 * @param framedBy URL of the page that may frame the app; null for a published or staged app, which only its own pages
 *   may frame
 * @param isListed whether search engines may list the app
 */
export function responseHeaders(
  headers: Headers,
  { framedBy, isListed }: { framedBy: string | null; isListed: boolean },
): Headers {
  const passed = new Headers();
  for (const [name, value] of headers) if (RESPONSE.has(name) || isCustom(name)) passed.append(name, value);
  for (const cookie of headers.getSetCookie())
    if (isOwnToSet(cookie)) {
      passed.append("set-cookie", framedBy === null ? secure(cookie) : inFrame(cookie));
    }
  if ((passed.get("content-type") ?? "").startsWith("text/html")) passed.set("cache-control", "no-store");
  const framing = framedBy === null ? "frame-ancestors 'self'" : `frame-ancestors 'self' ${new URL(framedBy).origin}`;
  passed.append("content-security-policy", framing);
  passed.set("referrer-policy", "same-origin");
  passed.set("x-content-type-options", "nosniff");
  passed.set("cross-origin-resource-policy", "same-origin");
  if (!isListed) passed.set("x-robots-tag", "noindex");
  return passed;
}

function isCustom(name: string): boolean {
  return CUSTOM.test(name) && !MACHINERY.test(name);
}

function withoutOwnCookie(cookies: string): string {
  const others = cookies.split(/;\s*/).filter((pair) => !isOwnCookie(pair));
  return others.join("; ");
}

/**
 * Returns whether the app may set this cookie: any cookie of its own host except the platform's, and none of a parent
 * domain.
 */
function isOwnToSet(cookie: string): boolean {
  const [pair = "", ...attributes] = cookie.split(";");
  return !isOwnCookie(pair) && !attributes.some((attribute) => /^\s*domain\s*=/i.test(attribute));
}

/**
 * Adapts an app's cookie to the builder's frame, where browsers drop cookies without `SameSite=None; Partitioned`. The
 * gateway rejects the cross-origin writes that `SameSite` would prevent.
 */
function inFrame(cookie: string): string {
  const kept = cookie.split(";").filter((part) => !/^\s*(samesite|secure|partitioned)\s*(=|$)/i.test(part));
  return `${kept.join(";")}; Secure; SameSite=None; Partitioned`;
}

/** Returns a public app's cookie, with `Secure` added. */
function secure(cookie: string): string {
  return `${cookie.replace(/;\s*secure\s*(?=;|$)/gi, "")}; Secure`;
}

function setUnlessEmpty(headers: Headers, name: string, value: string): void {
  if (value !== "") headers.set(name, value);
}
