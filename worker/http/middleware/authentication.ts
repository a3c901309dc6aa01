import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { authenticate, type PiggybackQuery, uncachedTokenHash } from "../../accounts/index.ts";
import { isAppError } from "../../errors.ts";
import { checkLimit, limiterOf, refund } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { clientNetwork } from "./client-ip.ts";
import { opensConnection } from "./verified-session.ts";

/**
 * Authenticates the caller. An invalid credential counts against the client's IP, so that guessing tokens meets a limit.
 */
export const authentication = createMiddleware<AppEnv>(async (c, next) => {
  await authenticateNow(c);
  await next();
});

/**
 * Looks up the session of a request whose cookie alone was verified so far. Signing out and changing the password take effect at
 * once for operations that cannot be undone.
 * @throws AppError `dependency_down`
 */
export async function authenticateFresh(c: Context<AppEnv>): Promise<void> {
  if (c.get("actor")?.kind === "user" && !c.get("isSessionVerified")) await authenticateNow(c, { requireFresh: true });
}

type Options<T> = {
  /** Looks the session up in the database, whatever its signed cookie says. */
  requireFresh?: boolean;
  /** A query that is sent along with the look-up of a token. */
  alongside?: PiggybackQuery<T> | undefined;
};

/**
 * Authenticates by the database or the session's signed cookie, never by this isolate's cache, and sets `actor`.
 * @returns what `alongside` gave; undefined where it was not sent
 * @throws AppError `invalid_token`, `account_suspended`, `rate_limited`, `dependency_down`
 */
export async function authenticateNow<T>(c: Context<AppEnv>, options: Options<T> = {}): Promise<T | undefined> {
  const config = c.get("config");
  const counted = await rateLimitUnknownToken(c);
  // A connection stays open for longer than the cookie's own cache holds.
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
 * Counts a token that this isolate has not seen to be good against its address, before anything looks it up: of made-up ones
 * no more reach the database than an address may send. It is given back where the token is good. A good one that comes
 * many times at once counts once.
 * @returns the token's hash where it was counted
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
