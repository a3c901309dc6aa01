import type { SQL } from "drizzle-orm";
import type { CachedCaller, Context } from "../../accounts/index.ts";
import { ownRegistry, routeAtOnce } from "../../agents/index.ts";
import { dayOf, type Run, type RunInput } from "../../contract/index.ts";
import { commitStatement, executeIdempotent } from "../../database/index.ts";
import { AppError, isAppError } from "../../errors.ts";
import { runLocationCache } from "../api/run-location-cache.ts";
import { type SessionEnv, wakeSession } from "../session-client.ts";
import { type ClaimedKey, insertRun, insertRunOptimistic, selectRun } from "../store.ts";
import { newRunToRun, specOfRow } from "../to-api.ts";
import { planRun } from "./plan-run.ts";
import {
  type CachedSnapshot,
  type ProjectSnapshot,
  projectSnapshot,
  runContextOf,
  selectProjectSnapshot,
  snapshotCache,
} from "./project-snapshot.ts";
import { routeCharged } from "./route-prompt.ts";
import type { EnqueuePayload } from "./run-spec.ts";

type RunRequest = { projectId: string; run: RunInput; opId: string };

/** A start by a verified caller. `opId` is its idempotency key. */
export type VerifiedRequest = RunRequest & {
  /** The part of the prompt that the agent router classifies, when that is not the whole prompt. */
  routingText?: string;
  /** The snapshot, when it was prefetched. */
  prefetched?: PrefetchedSnapshot | undefined;
};

/** A snapshot that was read together with the caller's token; null when the project does not belong to the caller. */
export type PrefetchedSnapshot = { day: string; snapshot: ProjectSnapshot | null };

/**
 * Inserts a run in Postgres with its money reserved, and wakes the project's Session meanwhile. The run's id is derived
 * from `opId`, so a repeated request inserts nothing and returns the same run.
 * @returns the payload to send to the Session
 * @throws AppError `not_found`, `unknown_agent`, `budget_exceeded`, `platform_budget_exceeded`, `storage_exceeded`,
 * `model_not_configured`
 */
export async function insertVerified(
  context: Context,
  env: SessionEnv,
  request: VerifiedRequest,
): Promise<EnqueuePayload> {
  const { database, actor } = context;
  const { projectId, run, routingText = run.prompt, opId, prefetched } = request;
  const { ownerId } = actor;
  // The reservation charges the day whose budget was read, even after midnight.
  const day = prefetched?.day ?? dayOf(Date.now());
  const snapshot = prefetched ? prefetched.snapshot : await readSnapshot(database, { projectId, ownerId, day });
  if (!snapshot) throw new AppError("not_found", "Project not found.");
  snapshotCache.set(ownerId, projectId, snapshot);
  const registry = ownRegistry(snapshot.agents, projectId);
  const { routing, microUsd } = await routeCharged(context, {
    registry,
    projectId,
    prompt: routingText,
    agent: run.agent,
  });
  // The snapshot was read before the agent router's model was charged.
  const taken = snapshot.taken + microUsd;
  const newRun = planRun(context, { projectId, run, opId, day, snapshot, registry, routing, taken });
  const { start } = newRun;
  const statement = insertRun(database, newRun);
  const [{ replayed }] = await Promise.all([
    commitStatement(database, { opId, statement }),
    wakeSession(env, projectId),
  ]);
  const [row] = replayed ? await executeIdempotent(selectRun(database, ownerId, start.id)) : [];
  runLocationCache.set(start.id, start);
  return { start: row ? specOfRow(row) : start, images: run.images ?? [], runContext: runContextOf(snapshot) };
}

/** Returns the snapshot that `insertVerified` reads first, as an expression to embed in another query. */
export const prefetchSnapshot = (projectId: string, ownerId: SQL, day: string): SQL<ProjectSnapshot | null> =>
  projectSnapshot({ projectId, ownerId, day });

async function readSnapshot(...key: Parameters<typeof selectProjectSnapshot>): Promise<ProjectSnapshot | null> {
  const { rows } = await executeIdempotent(selectProjectSnapshot(...key));
  return rows[0]?.snapshot ?? null;
}

type CachedRequest = RunRequest & {
  caller: CachedCaller;
  /** Builds the idempotency key's row, whose response replays this run; absent for a request without a key. */
  keyFor?: ((run: Run) => Promise<ClaimedKey>) | undefined;
};

/** Whether this isolate has cached the project's snapshot, which `insertCached` needs. */
export const isProjectCached = (ownerId: string, projectId: string): boolean =>
  snapshotCache.get(ownerId, projectId) !== null;

/**
 * Inserts a run as `insertVerified` does, for a cached caller and project, in one request to the database: plans the
 * run from the caches, and verifies every cached assumption and claims the idempotency key in the statement that
 * inserts it.
 * @returns the payload to send to the Session and the inserted run; null when nothing was inserted and `insertVerified`
 * has to decide: an assumption does not hold, a model has to choose the agent, or the run would be refused
 * @throws AppError `outcome_unknown`, `dependency_down`
 */
export async function insertCached(
  context: Context,
  env: SessionEnv,
  request: CachedRequest,
): Promise<{ payload: EnqueuePayload; run: Run } | null> {
  const { projectId, run, opId, caller, keyFor } = request;
  const { ownerId } = caller.actor;
  const snapshot = snapshotCache.get(ownerId, projectId);
  const newRun = snapshot && planFromCache(context, request, snapshot);
  if (!newRun) return null;
  const { start } = newRun;
  const insertedRun = newRunToRun(newRun);
  const assumptions = { caller, mark: snapshot.mark, key: await keyFor?.(insertedRun) };
  const statement = insertRunOptimistic(context.database, newRun, assumptions);
  const inserting = commitStatement(context.database, { opId, statement }).catch((error: unknown) => {
    // A used key says nothing about the other assumptions.
    if (!isAppError(error, "idempotency_key_reused")) snapshotCache.delete(ownerId, projectId);
    // With a key the outcome can be looked up: either this statement claimed the key, or another request did, so that
    // this statement cannot take effect later.
    if (keyFor && isAppError(error, "outcome_unknown")) return null;
    return nullWhenRefused(error);
  });
  const [committed] = await Promise.all([inserting, wakeSession(env, projectId)]);
  if (committed === null) return null;
  runLocationCache.set(start.id, start);
  // A replayed statement returns no snapshot.
  const found = committed.replayed ? null : (committed.result as ProjectSnapshot);
  const payload = { start, images: run.images ?? [], runContext: found && runContextOf(found) };
  return { payload, run: insertedRun };
}

function planFromCache(context: Context, { projectId, run, opId }: RunRequest, snapshot: CachedSnapshot) {
  const registry = ownRegistry(snapshot.agents, projectId);
  try {
    const routing = routeAtOnce(registry, run, context.config);
    const day = dayOf(Date.now());
    return routing && planRun(context, { projectId, run, opId, day, snapshot, registry, routing, taken: 0 });
  } catch (error) {
    return nullWhenRefused(error);
  }
}

/** Maps a refusal to null, since a fresh snapshot may allow the run; rethrows a failure of the database. */
function nullWhenRefused(error: unknown): null {
  const isRefusal = isAppError(error) && error.code !== "outcome_unknown" && error.code !== "dependency_down";
  if (isRefusal) return null;
  throw error;
}
