import { BoundedCache } from "../database/index.ts";
import type { TokenActor, UserActor } from "./actor.ts";
import { hashOfBearer, hashToken } from "./token-text.ts";

/**
 * Whom a credential was when this isolate last looked it up. It gives no right by itself: who acts for it does so in a
 * statement that first asks the database's `caller_holds`, and so changes nothing once a token is revoked, expired or
 * another's, or a session is over. A session is named by its token, the part of its cookie that is not the signature.
 */
export type Presumed =
  | { kind: "token"; sha256: string; actor: TokenActor }
  | { kind: "session"; token: string; actor: UserActor };

const knownTokens = new BoundedCache<TokenActor>(10_000);
/** By the hash of the whole cookie, its signature included. */
const knownSessions = new BoundedCache<UserActor>(10_000);

/** Notes what a token was found to be; null: it is not good. */
export function noteToken(sha256: string, actor: TokenActor | null): void {
  if (actor) knownTokens.set(sha256, actor);
  else knownTokens.delete(sha256);
}

/** Notes whose a request's session cookie was found to be; null: nobody's. */
export async function noteSession(headers: Headers, prefix: string, actor: UserActor | null): Promise<void> {
  const cookie = sessionCookieIn(headers, prefix);
  if (cookie === null) return;
  const sha256 = await hashToken(cookie);
  if (actor) knownSessions.set(sha256, actor);
  else knownSessions.delete(sha256);
}

/** Of a request whose credential this isolate knows, whom it presumably is from. */
export async function presume(headers: Headers, prefix: string): Promise<Presumed | null> {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const sha256 = await hashOfBearer(authorization);
    const actor = sha256 === null ? null : knownTokens.get(sha256);
    return sha256 !== null && actor ? { kind: "token", sha256, actor } : null;
  }
  const cookie = sessionCookieIn(headers, prefix);
  const actor = cookie === null ? null : knownSessions.get(await hashToken(cookie));
  if (cookie === null || !actor) return null;
  return { kind: "session", token: cookie.slice(0, cookie.lastIndexOf(".")), actor };
}

/** The hash of a request's bearer token, where it can be one and this isolate has not seen it to be good. */
export async function unknownToken(headers: Headers): Promise<string | null> {
  const authorization = headers.get("authorization");
  const sha256 = authorization === null ? null : await hashOfBearer(authorization);
  return sha256 !== null && knownTokens.get(sha256) === null ? sha256 : null;
}

/** What `caller_holds` takes of it. */
export function rememberedCaller(presumed: Presumed) {
  const { ownerId, plan } = presumed.actor;
  return presumed.kind === "token"
    ? { token: { sha256: presumed.sha256, id: presumed.actor.tokenId, ownerId, plan } }
    : { session: { token: presumed.token, ownerId, plan } };
}

/** The cookie that better-auth looks at, of this very name; where there are several, nobody is presumed. */
function sessionCookieIn(headers: Headers, prefix: string): string | null {
  const name = `${prefix}.session_token=`;
  const found = (headers.get("cookie") ?? "")
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one.startsWith(name));
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  try {
    return decodeURIComponent(only.slice(name.length));
  } catch {
    return null;
  }
}
