import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import {
  authenticate,
  type CachedCaller,
  cookiePrefixOf,
  lookupCached,
  type PiggybackQuery,
  uncachedTokenHash,
} from "../accounts/index.ts";
import { dayOf, runRoutes } from "../contract/index.ts";
import { isAppError } from "../errors.ts";
import { checkLimit, limiterOf, refund } from "../limits/index.ts";
import { canStartOptimistically, type ProjectSnapshot, prefetchSnapshot } from "../runs/index.ts";
import { requireAccess } from "./access.ts";
import { networkOf } from "./address.ts";
import type { AppEnv } from "./environment.ts";
import { opensConnection } from "./looked-up.ts";

/**
 * Finds who is asking. A bad credential counts against its address, so that rotating made-up tokens meets a limit.
 */
export const identify = createMiddleware<AppEnv>(async (c, next) => {
  const presumed = await presumedOf(c);
  if (presumed) {
    c.set("actor", presumed.actor);
    c.set("presumed", presumed);
  } else {
    await identifyNow(c);
  }
  await next();
  // It was refused before anybody looked at the credential: who has a bad one hears that, and that alone. Not so where we
  // failed, since that says nothing of anybody's, and what it says of the start must be heard.
  if (c.res.status < 500) await identifyPresumed(c);
});

/**
 * Of a request whose caller is only presumed: whether it is them, and they may still start a run. Where not, it is nobody's
 * from then on, whatever else is done for it.
 * @throws AppError `unauthenticated`, `invalid_token`, `rate_limited`, `insufficient_scope`, `dependency_down`
 */
export async function identifyPresumed(c: Context<AppEnv>): Promise<void> {
  const presumed = c.get("presumed");
  if (!presumed) return;
  // Nor is anything told of whose it was presumed to be, such as how much of their limit is left.
  const told = c.get("answerHeaders");
  c.set("answerHeaders", new Headers());
  c.set("presumed", undefined);
  c.set("actor", null);
  await identifyNow(c);
  const actor = c.get("actor");
  c.set("actor", null);
  requireAccess(actor?.ownerId === presumed.actor.ownerId ? actor : null, runRoutes.startRun.access);
  c.set("actor", actor);
  for (const [name, value] of told) c.get("answerHeaders").append(name, value);
}

/**
 * Of a request by cookie, whose session may have been believed from that alone: whether it still is one. Signing out, or a
 * change of the password, ends at once what could make itself a right for good.
 * @throws AppError `dependency_down`
 */
export async function identifyForSure(c: Context<AppEnv>): Promise<void> {
  if (c.get("actor")?.kind === "user" && !c.get("isSessionVerified")) await identifyNow(c, true);
}

/** By asking, whatever this isolate remembers; a session `forSure` even where its cookie says that it was asked for lately. */
async function identifyNow(c: Context<AppEnv>, forSure = false): Promise<void> {
  const config = c.get("config");
  const day = dayOf(Date.now());
  const counted = await countUnknownToken(c);
  // A run costs money, and a connection stays open: the session for either is looked up at once.
  const isVerified = forSure || startedIn(c) !== undefined || opensConnection(c);
  try {
    const { actor, setCookies, alongside } = await authenticate({
      config,
      database: c.get("database"),
      headers: c.req.raw.headers,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      forSure: isVerified,
      alongside: startsRun(c, day),
    });
    c.set("actor", actor);
    c.set("isSessionVerified", isVerified);
    if (counted) c.executionCtx.waitUntil(refund(anonymous(c)));
    if (alongside !== undefined) c.set("ahead", { day, snapshot: alongside });
    for (const cookie of setCookies) c.get("answerHeaders").append("set-cookie", cookie);
  } catch (error) {
    if (isAppError(error, "invalid_token")) {
      if (!counted) await checkLimit(anonymous(c));
    } else if (counted) {
      c.executionCtx.waitUntil(refund(anonymous(c)));
    }
    throw error;
  } finally {
    if (counted !== null) underway.delete(counted);
  }
}

const anonymous = (c: Context<AppEnv>) =>
  ({ limiter: limiterOf(c.env, c.get("config")), class: "anonymous", key: networkOf(c) }) as const;

/** Tokens that this isolate is looking up for the first time, by their hash. */
const underway = new Set<string>();

/**
 * Counts a token that this isolate has not seen to be good against its address, before anything looks it up: of made-up ones
 * no more reach the database than an address may send. It is given back where the token is good. A good one that comes
 * many times at once counts once.
 * @returns the token's hash where it was counted
 * @throws AppError `rate_limited`
 */
async function countUnknownToken(c: Context<AppEnv>): Promise<string | null> {
  const sha256 = await uncachedTokenHash(c.req.raw.headers);
  if (sha256 === null || underway.has(sha256)) return null;
  underway.add(sha256);
  try {
    await checkLimit(anonymous(c));
    return sha256;
  } catch (error) {
    underway.delete(sha256);
    throw error;
  }
}

const runsOfProject = /^\/v1\/projects\/(\w+)\/runs(?:\/stream)?$/;

/** The project of a request that starts a run. */
const startedIn = (c: Context<AppEnv>): string | undefined =>
  c.req.method === "POST" ? runsOfProject.exec(c.req.path)?.[1] : undefined;

/** Of a request that starts a run, what that will ask of the database first. */
function startsRun(c: Context<AppEnv>, day: string): PiggybackQuery<ProjectSnapshot | null> | undefined {
  const projectId = startedIn(c);
  if (projectId === undefined) return undefined;
  return { scope: "runs:write", ask: (ownerId) => prefetchSnapshot(projectId, ownerId, day) };
}

/**
 * Of a request that starts a run, whom its credential was the last time: starting it asks whether that still holds, before
 * it does anything.
 */
async function presumedOf(c: Context<AppEnv>): Promise<CachedCaller | null> {
  const projectId = startedIn(c);
  if (projectId === undefined) return null;
  const presumed = await lookupCached(c.req.raw.headers, cookiePrefixOf(c.get("config")));
  return presumed && canStartOptimistically(presumed.actor.ownerId, projectId) ? presumed : null;
}
