import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { authenticate, type PiggybackQuery, uncachedTokenHash } from "../../accounts/index.ts";
import { isAppError } from "../../errors.ts";
import { checkLimit, limiterOf, refund } from "../../limits/index.ts";
import { setOwner } from "../../monitoring/index.ts";
import type { AppEnv } from "../environment.ts";
import { clientNetwork } from "./client-ip.ts";
import { opensConnection } from "./verified-session.ts";

/** Authenticates the caller of all routes after it, and sets `actor`; null without a credential. */
export const authentication = createMiddleware<AppEnv>(async (c, next) => {
  await authenticateNow(c);
  await next();
});

/**
 * Looks up the session of a request of which only the cookie has been verified so far. Irreversible operations use this,
 * so that signing out and changing the password affect them at once.
 * @throws AppError `dependency_down`
 */
export async function authenticateFresh(c: Context<AppEnv>): Promise<void> {
  if (c.get("actor")?.kind === "user" && !c.get("isSessionVerified")) await authenticateNow(c, { requireFresh: true });
}

type Options<T> = {
  /** Looks up the session in the database even when its signed cookie is valid. */
  requireFresh?: boolean;
  /** A query that is sent along with the token's lookup. */
  alongside?: PiggybackQuery<T> | undefined;
};

/**
 * Authenticates by the database or the session's signed cookie, never by this isolate's cache, and sets `actor`. An
 * invalid credential counts against the client's IP, which limits the guessing of tokens.
 * @returns the result of `alongside`; undefined when it was not sent
 * @throws AppError `invalid_token`, `account_suspended`, `rate_limited`, `dependency_down`
 */
export async function authenticateNow<T>(c: Context<AppEnv>, options: Options<T> = {}): Promise<T | undefined> {
  const config = c.get("config");
  const counted = await rateLimitUnknownToken(c);
  // A connection can stay open for longer than the cookie's cache is valid.
  const isVerified = options.requireFresh === true || opensConnection(c);
  try {
    const { actor, setCookies, alongside } = await authenticate({
      config,
      database: c.get("database"),
      headers: c.req.raw.headers,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      requireFresh: isVerified,
      alongside: options.alongside,
    });
    c.set("actor", actor);
    setOwner(actor?.ownerId);
    c.set("isSessionVerified", isVerified);
    if (counted) c.executionCtx.waitUntil(refund(anonymous(c)));
    for (const cookie of setCookies) c.get("answerHeaders").append("set-cookie", cookie);
    return alongside;
  } catch (error) {
    if (isAppError(error, "invalid_token")) {
      if (!counted) await checkLimit(anonymous(c));
    } else if (counted) {
      c.executionCtx.waitUntil(refund(anonymous(c)));
    }
    throw error;
  } finally {
    if (counted !== null) tokensInLookup.delete(counted);
  }
}

const anonymous = (c: Context<AppEnv>) =>
  ({ limiter: limiterOf(c.env, c.get("config")), class: "anonymous", key: clientNetwork(c) }) as const;

/** Hashes of the tokens that this isolate is looking up for the first time. */
const tokensInLookup = new Set<string>();

/**
 * Counts a token that this isolate has not verified before against the client's IP, before any lookup: guessed tokens
 * reach the database no more often than the limit of one IP allows. The caller refunds the count when the token is
 * valid. Concurrent requests with the same token count once.
 * @returns the token's hash when it was counted; null otherwise
 * @throws AppError `rate_limited`
 */
async function rateLimitUnknownToken(c: Context<AppEnv>): Promise<string | null> {
  const sha256 = await uncachedTokenHash(c.req.raw.headers);
  if (sha256 === null || tokensInLookup.has(sha256)) return null;
  tokensInLookup.add(sha256);
  try {
    await checkLimit(anonymous(c));
    return sha256;
  } catch (error) {
    tokensInLookup.delete(sha256);
    throw error;
  }
}
