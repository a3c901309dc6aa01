import type { Config } from "../config/index.ts";
import { type Scope, scopes } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Actor, TokenActor, UserActor } from "./actor.ts";
import { authOf, cookiePrefixOf } from "./auth.ts";
import { cacheSession, cacheToken } from "./credential-cache.ts";
import { type PiggybackQuery, selectTokenByHash, touchToken } from "./store.ts";
import { hashOfBearer } from "./token-text.ts";

/** The actor of a request, and the cookies that the response must set (a refreshed session). */
export type Authenticated<T = never> = {
  actor: Actor | null;
  setCookies: string[];
  /** The result of the piggybacked query, if it was sent. */
  alongside?: T;
};

type Input<T> = {
  config: Config;
  database: Database;
  headers: Headers;
  waitUntil: (work: Promise<unknown>) => void;
  /** Looks up the session in the database even when its signed cookie is valid. */
  requireFresh?: boolean;
  alongside?: PiggybackQuery<T> | undefined;
};

/**
 * Authenticates a request by its bearer token or its session cookie.
 * @returns a null actor when the request has neither
 * @throws AppError `invalid_token` for an invalid credential, even when the request also has a valid one of the other
 *   kind
 */
export async function authenticate<T = never>(input: Input<T>): Promise<Authenticated<T>> {
  const authorization = input.headers.get("authorization");
  return authorization === null ? bySession(input) : byToken(authorization, input);
}

async function byToken<T>(
  authorization: string,
  { database, waitUntil, alongside }: Input<T>,
): Promise<Authenticated<T>> {
  if (!/^Bearer(?: |$)/i.test(authorization)) {
    throw new AppError("invalid_token", "Send the token as “Authorization: Bearer esk_…”.");
  }
  const refused = new AppError("invalid_token", "Invalid token: unknown, expired, revoked or mistyped.");
  const sha256 = await hashOfBearer(authorization);
  if (sha256 === null) throw refused;
  const [found] = await executeIdempotent(selectTokenByHash(database, sha256, alongside));
  if (!found) {
    cacheToken(sha256, null);
    throw refused;
  }
  if (found.suspendedAt !== null) {
    cacheToken(sha256, null);
    throw accountSuspended();
  }
  if (!isFresh(found.token.lastUsedAt)) waitUntil(executeIdempotent(touchToken(database, found.token.id)));
  const known = (scope: string): scope is Scope => scopes.some((candidate) => candidate === scope);
  const actor: TokenActor = {
    kind: "token",
    ownerId: found.token.userId,
    plan: found.plan,
    name: found.token.name,
    emailVerified: found.emailVerified,
    isLeaving: found.deletionDueAt !== null,
    tokenId: found.token.id,
    scopes: found.token.scopes.filter(known),
  };
  cacheToken(sha256, actor);
  return { actor, setCookies: [], ...(alongside && { alongside: found.alongside as T }) };
}

/** Whether the token's `lastUsedAt` is recent enough not to be updated. */
const isFresh = (lastUsedAt: Date | null): boolean => lastUsedAt !== null && Date.now() - lastUsedAt.getTime() < 60_000;

async function bySession({ config, database, headers, requireFresh = false }: Input<unknown>): Promise<Authenticated> {
  if (!headers.has("cookie")) return { actor: null, setCookies: [] };
  const result = await sessionOf(config, database, { headers, query: { disableCookieCache: requireFresh } });
  const setCookies = result.headers?.getSetCookie() ?? [];
  const found = result.response;
  if (found?.user.suspendedAt) throw accountSuspended();
  const actor = found ? actorOf(found.user, found.session) : null;
  await cacheSession(headers, cookiePrefixOf(config), actor);
  return { actor, setCookies };
}

/** Creates the error for any request of a suspended account. */
const accountSuspended = () => new AppError("account_suspended", "This account is suspended. Contact support.");

type FoundUser = {
  id: string;
  plan: string;
  name: string;
  email: string;
  emailVerified: boolean;
  deletionDueAt?: Date | null | undefined;
  twoFactorEnabled?: boolean | null | undefined;
};
type FoundSession = { id: string; secondFactor?: boolean | null | undefined };

function actorOf(
  { id, plan, name, email, emailVerified, deletionDueAt, twoFactorEnabled }: FoundUser,
  session: FoundSession,
): UserActor {
  const known = plan === "pro" || plan === "enterprise" ? plan : "free";
  const standing = { emailVerified, isLeaving: Boolean(deletionDueAt) };
  const hasSecondFactor = twoFactorEnabled === true && session.secondFactor === true;
  return { kind: "user", ownerId: id, plan: known, name, email, sessionId: session.id, hasSecondFactor, ...standing };
}

type SessionQuery = { headers: Headers; query: { disableCookieCache: boolean } };

/**
 * Converts better-auth's error for an unreachable database, which hides the cause, to our own.
 * @throws AppError `dependency_down`
 */
async function sessionOf(config: Config, database: Database, query: SessionQuery) {
  try {
    const auth = await authOf(config, database);
    return await auth.api.getSession({ ...query, returnHeaders: true });
  } catch (cause) {
    throw new AppError("dependency_down", "Sign-in service unavailable. Try again.", {
      cause,
      retryAfter: 2,
    });
  }
}
