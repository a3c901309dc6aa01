import type { CachedCaller, Context } from "../../accounts/index.ts";
import { ownRegistry, routeAtOnce } from "../../agents/index.ts";
import { dayOf, type Run, type RunInput } from "../../contract/index.ts";
import { commitStatement } from "../../database/index.ts";
import { type ErrorCode, isAppError } from "../../errors.ts";
import { runLocationCache } from "../api/run-location-cache.ts";
import { type SessionEnv, wakeSession } from "../session-client.ts";
import { type ClaimedKey, insertRunOptimistic } from "../store.ts";
import { newRunToRun } from "../to-api.ts";
import type { Dispatch } from "./dispatch-run.ts";
import { planRun } from "./plan-run.ts";
import { type CachedSnapshot, type ProjectSnapshot, runContextOf, snapshotCache } from "./project-snapshot.ts";

type Input = {
  projectId: string;
  run: RunInput;
  opId: string;
  caller: CachedCaller;
  /** Of a start with an Idempotency-Key: the key's row, which answers this run from now on. */
  keyFor?: ((run: Run) => Promise<ClaimedKey>) | undefined;
};

/** Whether this isolate has cached what `startRunOptimistically` needs. */
export const canStartOptimistically = (ownerId: string, projectId: string): boolean =>
  snapshotCache.get(ownerId, projectId) !== null;

/**
 * Starts a run as `startRun` does, for a caller and a project that this isolate has cached, with one request to the database: the
 * run is planned from the cache and inserted by a statement that verifies every cached assumption, and claims the caller's
 * idempotency key where there is one.
 * @returns what the dispatch returned, and the run as it was inserted; null when an assumption does not hold or the cache does not
 *   suffice: then nothing has happened, and the run is to be started by `startRun`
 */
export async function startRunOptimistically<T>(
  context: Context,
  env: SessionEnv,
  input: Input,
  dispatch: Dispatch<T>,
): Promise<{ dispatched: T; run: Run } | null> {
  const { projectId, run, opId, caller, keyFor } = input;
  const { ownerId } = caller.actor;
  const snapshot = snapshotCache.get(ownerId, projectId);
  const newRun = snapshot && planFromCache(context, input, snapshot);
  if (!newRun) return null;
  const { start } = newRun;
  const insertedRun = newRunToRun(newRun);
  const assumptions = { caller, mark: snapshot.mark, key: await keyFor?.(insertedRun) };
  const statement = insertRunOptimistic(context.database, newRun, assumptions);
  const inserting = commitStatement(context.database, { opId, statement }).catch((error: unknown) => {
    // A used key says nothing of the other assumptions.
    if (!isAppError(error, "idempotency_key_reused")) snapshotCache.delete(ownerId, projectId);
    // The next request finds out: this INSERT claimed the key, or another request holds it and this INSERT cannot follow.
    if (keyFor && isAppError(error, "outcome_unknown")) return null;
    return nullIfFallback(error);
  });
  const [committed] = await Promise.all([inserting, wakeSession(env, projectId)]);
  if (committed === null) return null;
  runLocationCache.set(start.id, start);
  // A replayed INSERT has no snapshot.
  const found = committed.replayed ? null : (committed.result as ProjectSnapshot);
  const dispatched = await dispatch(env, { start, images: run.images ?? [], runContext: found && runContextOf(found) });
  return { dispatched, run: insertedRun };
}

/** @returns null when a model has to choose the agent, or the plan is refused: a stale cache never refuses a run */
function planFromCache(context: Context, { projectId, run, opId }: Input, snapshot: CachedSnapshot) {
  const registry = ownRegistry(snapshot.agents, projectId);
  try {
    const routing = routeAtOnce(registry, run, context.config);
    const day = dayOf(Date.now());
    return routing && planRun(context, { projectId, run, opId, day, snapshot, registry, routing, taken: 0 });
  } catch (error) {
    return nullIfFallback(error);
  }
}

/** Refusals that `startRun` decides about, since it may read another snapshot. */
const fallbackCodes: ErrorCode[] = [
  "precondition_failed",
  "idempotency_key_reused",
  "budget_exceeded",
  "platform_budget_exceeded",
  "unknown_agent",
  "not_found",
];

function nullIfFallback(error: unknown): null {
  if (isAppError(error) && fallbackCodes.includes(error.code)) return null;
  throw error;
}
