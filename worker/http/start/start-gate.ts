import type { Context } from "hono";
import { type Actor, type CachedCaller, cookiePrefixOf, lookupCached, standingFault } from "../../accounts/index.ts";
import { dayOf, runRoutes } from "../../contract/index.ts";
import { type AppError, isAppError } from "../../errors.ts";
import { checkLimit, type LimitHeaders, type LimitQuestion, limiterOf, refund } from "../../limits/index.ts";
import { setOwner } from "../../monitoring/index.ts";
import {
  type Gate,
  isProjectCached,
  type PrefetchedSnapshot,
  prefetchSnapshot,
  type Settlement,
  type Verdict,
} from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireAccess, requireOrigin } from "../middleware/access.ts";
import { authenticateNow } from "../middleware/authentication.ts";
import { keyIn } from "../middleware/idempotency.ts";
import { requireOwnersStanding, requireRouteRole } from "../middleware/project-role.ts";

/**
 * The Gate port of a start: authenticates the caller, who may come from this isolate's cache, and consumes the
 * account's limit of runs per minute. A cached caller gets no information until the INSERT or `verify` has verified the
 * credential.
 */
export class StartGate implements Gate {
  /** The snapshot that `verify` read along with the token's lookup. */
  prefetched: PrefetchedSnapshot | undefined;
  readonly cached: CachedCaller | null;
  readonly #c: Context<AppEnv>;
  readonly #projectId: string | null;
  #counted: LimitQuestion | null = null;
  #limitHeaders: LimitHeaders = {};
  #overLimit: AppError | null = null;

  private constructor(c: Context<AppEnv>, projectId: string | null, cached: CachedCaller | null) {
    this.#c = c;
    this.#projectId = projectId;
    this.cached = cached;
  }

  /** @param projectId null when the request is invalid */
  static async of(c: Context<AppEnv>, projectId: string | null): Promise<StartGate> {
    const caller = projectId && (await lookupCached(c.req.raw.headers, cookiePrefixOf(c.get("config"))));
    const isCached = caller && isProjectCached(caller.actor.ownerId, projectId);
    return new StartGate(c, projectId, isCached ? caller : null);
  }

  get isCached(): boolean {
    return this.cached !== null;
  }

  async admitCached(): Promise<boolean> {
    if (!this.cached) return false;
    const { actor } = this.cached;
    try {
      this.#admit(actor);
    } catch (error) {
      if (isAppError(error)) return false;
      throw error;
    }
    this.#c.set("actor", actor);
    setOwner(actor.ownerId);
    await this.#countRun(actor);
    return this.#overLimit === null;
  }

  async verify(): Promise<Verdict> {
    const c = this.#c;
    c.set("actor", null);
    await this.#authenticate();
    const actor = this.#admit(c.get("actor"));
    const role = this.#requireRole();
    // Awaited below: when the limit fails, this rejection must not stay unhandled.
    role.catch(() => undefined);
    if (!this.#counted && !this.#overLimit) await this.#countRun(actor);
    await role;
    if (!this.#overLimit) return { isOverLimit: false };
    if (keyIn(c) === null) throw this.#overLimit;
    await checkLimit(this.#question(actor, "write"));
    return { isOverLimit: true, error: this.#overLimit };
  }

  async settle(settlement: Settlement): Promise<void> {
    const c = this.#c;
    const counted = this.#counted;
    if (!counted) return;
    const actor = c.get("actor");
    if (settlement !== "keep") c.executionCtx.waitUntil(refund(counted));
    const headers =
      settlement === "count as a write" && actor
        ? await checkLimit(this.#question(actor, "write"))
        : this.#limitHeaders;
    if (actor) for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
  }

  async #authenticate(): Promise<void> {
    const [c, projectId] = [this.#c, this.#projectId];
    const day = dayOf(Date.now());
    const snapshot = await authenticateNow(c, {
      // A run costs money, so a trusted cookie is not enough.
      requireFresh: true,
      alongside:
        projectId === null ? undefined : { scope, ask: (ownerId) => prefetchSnapshot(projectId, ownerId, day) },
    });
    if (snapshot !== undefined) this.prefetched = { day, snapshot };
    // The count and the cache entry belong to another account.
    if (this.cached && c.get("actor")?.ownerId !== this.cached.actor.ownerId) c.set("actor", null);
  }

  /**
   * Requires the route's role. A prefetched snapshot proves that the caller owns the project; a member never has one.
   * @throws AppError `insufficient_role`, `forbidden`
   */
  async #requireRole(): Promise<void> {
    const projectId = this.#projectId;
    if (projectId === null || this.prefetched?.snapshot) return;
    const c = this.#c;
    await requireRouteRole(c, runRoutes.startRun);
    if (c.get("memberActor")) this.prefetched = undefined;
    requireOwnersStanding(c);
  }

  /** @throws AppError for an actor without access */
  #admit(actor: Actor | null): Actor {
    const c = this.#c;
    requireAccess(actor, scope);
    if (actor.kind === "user") requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    const fault = standingFault(c.get("config"), actor);
    if (fault) throw fault;
    return actor;
  }

  async #countRun(actor: Actor): Promise<void> {
    const question = this.#question(actor, "run");
    try {
      this.#limitHeaders = await checkLimit(question);
      this.#counted = question;
    } catch (error) {
      if (!isAppError(error, "rate_limited")) throw error;
      this.#overLimit = error;
    }
  }

  #question({ ownerId, plan }: Actor, limitClass: LimitQuestion["class"]): LimitQuestion {
    const c = this.#c;
    return { limiter: limiterOf(c.env, c.get("config")), class: limitClass, key: ownerId, plan };
  }
}

const scope = "runs:write" satisfies typeof runRoutes.startRun.access;
