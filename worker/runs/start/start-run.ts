import type { SQL } from "drizzle-orm";
import type { Context } from "../../accounts/index.ts";
import { ownRegistry } from "../../agents/index.ts";
import { dayOf, type RunInput } from "../../contract/index.ts";
import { commitStatement, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { runLocationCache } from "../api/run-location-cache.ts";
import { type SessionEnv, wakeSession } from "../session-client.ts";
import { insertRun, selectRun } from "../store.ts";
import { specOfRow } from "../to-api.ts";
import type { Dispatch } from "./dispatch-run.ts";
import { planRun } from "./plan-run.ts";
import {
  type ProjectSnapshot,
  projectSnapshot,
  runContextOf,
  selectProjectSnapshot,
  snapshotCache,
} from "./project-snapshot.ts";
import { routeCharged } from "./route-prompt.ts";

type Input = {
  projectId: string;
  run: RunInput;
  /** What of the prompt the router goes by, where that is not all of it. */
  routingText?: string;
  opId: string;
  /** The snapshot, when it was prefetched. */
  prefetched?: PrefetchedSnapshot | undefined;
};

/** A snapshot that was read along with the caller's token: null when the project is not the caller's. */
export type PrefetchedSnapshot = { day: string; snapshot: ProjectSnapshot | null };

/**
 * Starts a run, or queues it behind the one that is running. The run is inserted in Postgres, with its money reserved, before it
 * is dispatched to the project's Session; its id derives from `opId`, so a repeated request is the same run.
 * @throws AppError `not_found`, `unknown_agent`, `budget_exceeded`, `platform_budget_exceeded`, `storage_exceeded`,
 *   `model_not_configured`
 */
export async function startRun<T>(context: Context, env: SessionEnv, input: Input, dispatch: Dispatch<T>): Promise<T> {
  const { database, actor } = context;
  const { projectId, run, routingText = run.prompt, opId, prefetched } = input;
  const { ownerId } = actor;
  // The day whose budget was read is the one that money is taken from, though midnight has come in between.
  const day = prefetched?.day ?? dayOf(Date.now());
  const snapshot = prefetched ? prefetched.snapshot : await readSnapshot(database, { projectId, ownerId, day });
  if (!snapshot) throw new AppError("not_found", "There is no such project.");
  snapshotCache.set(ownerId, projectId, snapshot);
  const registry = ownRegistry(snapshot.agents, projectId);
  const request = { registry, projectId, prompt: routingText, agent: run.agent };
  const { routing, microUsd } = await routeCharged(context, request);
  // The snapshot was read before the router's model was paid.
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
  const images = run.images ?? [];
  return dispatch(env, { start: row ? specOfRow(row) : start, images, runContext: runContextOf(snapshot) });
}

/** The snapshot that `startRun` reads first, as an expression for a query that is sent anyway. */
export const prefetchSnapshot = (projectId: string, ownerId: SQL, day: string): SQL<ProjectSnapshot | null> =>
  projectSnapshot({ projectId, ownerId, day });

async function readSnapshot(...asked: Parameters<typeof selectProjectSnapshot>): Promise<ProjectSnapshot | null> {
  const { rows } = await executeIdempotent(selectProjectSnapshot(...asked));
  return rows[0]?.snapshot ?? null;
}
