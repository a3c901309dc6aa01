import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import {
  authenticate,
  type CachedCaller,
  cookiePrefixOf,
  lookupCached,
  type PiggybackQuery,
  uncachedTokenHash,
} from "../../accounts/index.ts";
import { dayOf, runRoutes } from "../../contract/index.ts";
import { isAppError } from "../../errors.ts";
import { checkLimit, limiterOf, refund } from "../../limits/index.ts";
import { canStartOptimistically, type ProjectSnapshot, prefetchSnapshot } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireAccess } from "./access.ts";
import { clientNetwork } from "./client-ip.ts";
import { opensConnection } from "./verified-session.ts";

/**
 * Authenticates the caller. An invalid credential counts against the client's IP, so that guessing tokens meets a limit.
 */
export const authentication = createMiddleware<AppEnv>(async (c, next) => {
  const cached = await cachedCallerOf(c);
  if (cached) {
    c.set("actor", cached.actor);
    c.set("cachedCaller", cached);
  } else {
    await authenticateNow(c);
  }
  await next();
  // Whatever refused the request came before the credential was verified: a caller with an invalid one learns that alone. A 5xx
  // reveals nothing of the cached caller, and has to reach the client.
  if (c.res.status < 500) await verifyCachedCaller(c);
});

/**
 * Verifies a caller that was only looked up in the cache, and that they may still start a run. A request that fails is anonymous
 * from then on.
 * @throws AppError `unauthenticated`, `invalid_token`, `rate_limited`, `insufficient_scope`, `dependency_down`
 */
export async function verifyCachedCaller(c: Context<AppEnv>): Promise<void> {
  const cached = c.get("cachedCaller");
  if (!cached) return;
  // The headers may tell how much of the cached caller's limit is left, so they wait for the verification.
  const held = c.get("answerHeaders");
  c.set("answerHeaders", new Headers());
  c.set("cachedCaller", undefined);
  c.set("actor", null);
  await authenticateNow(c);
  const actor = c.get("actor");
  c.set("actor", null);
  requireAccess(actor?.ownerId === cached.actor.ownerId ? actor : null, runRoutes.startRun.access);
  c.set("actor", actor);
  for (const [name, value] of held) c.get("answerHeaders").append(name, value);
}

/**
 * Looks up the session of a request whose cookie alone was verified so far. Signing out and changing the password take effect at
 * once for operations that cannot be undone.
 * @throws AppError `dependency_down`
 */
export async function authenticateFresh(c: Context<AppEnv>): Promise<void> {
  if (c.get("actor")?.kind === "user" && !c.get("isSessionVerified")) await authenticateNow(c, true);
}

/** Authenticates without this isolate's cache; with `requireFresh` also without the cookie's own cache of the session. */
async function authenticateNow(c: Context<AppEnv>, requireFresh = false): Promise<void> {
  const config = c.get("config");
  const day = dayOf(Date.now());
  const counted = await rateLimitUnknownToken(c);
  // A run costs money, and a connection stays open: the session for either is looked up at once.
  const isVerified = requireFresh || projectOfStart(c) !== undefined || opensConnection(c);
  try {
    const { actor, setCookies, alongside } = await authenticate({
      config,
      database: c.get("database"),
      headers: c.req.raw.headers,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      requireFresh: isVerified,
      alongside: snapshotQuery(c, day),
    });
    c.set("actor", actor);
    c.set("isSessionVerified", isVerified);
    if (counted) c.executionCtx.waitUntil(refund(anonymous(c)));
    if (alongside !== undefined) c.set("prefetched", { day, snapshot: alongside });
    for (const cookie of setCookies) c.get("answerHeaders").append("set-cookie", cookie);
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

const runsOfProject = /^\/v1\/projects\/(\w+)\/runs(?:\/stream)?$/;

/** @returns the project of a request that starts a run */
const projectOfStart = (c: Context<AppEnv>): string | undefined =>
  c.req.method === "POST" ? runsOfProject.exec(c.req.path)?.[1] : undefined;

/** @returns the query of the project's snapshot, for a request that starts a run */
function snapshotQuery(c: Context<AppEnv>, day: string): PiggybackQuery<ProjectSnapshot | null> | undefined {
  const projectId = projectOfStart(c);
  if (projectId === undefined) return undefined;
  return { scope: "runs:write", ask: (ownerId) => prefetchSnapshot(projectId, ownerId, day) };
}

/**
 * @returns the cached caller of a request that starts a run: the INSERT verifies the credential before anything else happens
 */
async function cachedCallerOf(c: Context<AppEnv>): Promise<CachedCaller | null> {
  const projectId = projectOfStart(c);
  if (projectId === undefined) return null;
  const cached = await lookupCached(c.req.raw.headers, cookiePrefixOf(c.get("config")));
  return cached && canStartOptimistically(cached.actor.ownerId, projectId) ? cached : null;
}
