import { BoundedCache } from "../database/index.ts";
import type { TokenActor, UserActor } from "./actor.ts";
import { hashOfBearer, hashToken } from "./token-text.ts";

/**
 * The caller that a credential belonged to when this isolate last looked it up. It grants nothing by itself: the
 * statement that acts for it verifies it with the SQL function `caller_is_valid`, and changes nothing when the token is
 * revoked or expired or the session has ended. The `token` of a session is the unsigned part of its cookie.
 */
export type CachedCaller =
  | { kind: "token"; sha256: string; actor: TokenActor }
  | { kind: "session"; token: string; actor: UserActor };

const tokenCache = new BoundedCache<TokenActor>(10_000);
/** Keyed by the hash of the whole cookie, with its signature. */
const sessionCache = new BoundedCache<UserActor>(10_000);

/** Caches the owner of a token; evicts the token when it is invalid (null). */
export function cacheToken(sha256: string, actor: TokenActor | null): void {
  if (actor) tokenCache.set(sha256, actor);
  else tokenCache.delete(sha256);
}

/** Caches the owner of a request's session cookie; evicts the cookie when it is invalid (null). */
export async function cacheSession(headers: Headers, prefix: string, actor: UserActor | null): Promise<void> {
  const cookie = sessionCookieIn(headers, prefix);
  if (cookie === null) return;
  const sha256 = await hashToken(cookie);
  if (actor) sessionCache.set(sha256, actor);
  else sessionCache.delete(sha256);
}

/**
 * Looks up the caller of a request in this isolate's cache.
 * @returns the cached caller; null when the credential is not cached
 */
export async function lookupCached(headers: Headers, prefix: string): Promise<CachedCaller | null> {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const sha256 = await hashOfBearer(authorization);
    const actor = sha256 === null ? null : tokenCache.get(sha256);
    return sha256 !== null && actor ? { kind: "token", sha256, actor } : null;
  }
  const cookie = sessionCookieIn(headers, prefix);
  const actor = cookie === null ? null : sessionCache.get(await hashToken(cookie));
  if (cookie === null || !actor) return null;
  return { kind: "session", token: cookie.slice(0, cookie.lastIndexOf(".")), actor };
}

/** @returns the hash of a request's bearer token when it is well-formed and not cached; otherwise null */
export async function uncachedTokenHash(headers: Headers): Promise<string | null> {
  const authorization = headers.get("authorization");
  const sha256 = authorization === null ? null : await hashOfBearer(authorization);
  return sha256 !== null && tokenCache.get(sha256) === null ? sha256 : null;
}

/** @returns the argument of the SQL function `caller_is_valid` */
export function callerClaims(caller: CachedCaller) {
  const { ownerId, plan } = caller.actor;
  return caller.kind === "token"
    ? { token: { sha256: caller.sha256, id: caller.actor.tokenId, ownerId, plan } }
    : { session: { token: caller.token, ownerId, plan } };
}

/** @returns the session cookie as better-auth reads it; null without one, or when several have that name */
function sessionCookieIn(headers: Headers, prefix: string): string | null {
  const name = `${prefix}.session_token=`;
  const found = (headers.get("cookie") ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(name));
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  try {
    return decodeURIComponent(only.slice(name.length));
  } catch {
    return null;
  }
}
