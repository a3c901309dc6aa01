import type { SQL } from "drizzle-orm";
import type { Context } from "../accounts/index.ts";
import { ownRegistry } from "../agents/index.ts";
import { dayOf, type RunInput } from "../contract/index.ts";
import { commitStatement, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { decideStart } from "./decide-start.ts";
import type { HandOver } from "./hand-over.ts";
import { knownRuns } from "./known-runs.ts";
import { routeCharged } from "./route-prompt.ts";
import { type SessionEnv, wakeSession } from "./session-client.ts";
import { startOfRow } from "./shown.ts";
import { beginningOf, knownGrounds, type StartGround, selectStartGround, startGround } from "./start-ground.ts";
import { insertRun, selectRun } from "./store.ts";

type Input = {
  projectId: string;
  run: RunInput;
  /** What of the prompt the router goes by, where that is not all of it. */
  words?: string;
  opId: string;
  /** What was asked ahead, where it was. */
  ahead?: GroundAhead | undefined;
};

/** The ground of a start that `groundAhead` asked for: null where the project is not the caller's. */
export type GroundAhead = { day: string; ground: StartGround | null };

/**
 * Starts a run, or queues it behind the one that goes on. It is noted in Postgres, with its money set aside, before it
 * is handed to the project's Session, under an id that `opId` gives: asked again it is the same run.
 * @throws AppError `not_found`, `unknown_agent`, `budget_exceeded`, `platform_budget_exceeded`, `storage_exceeded`,
 *   `model_not_configured`
 */
export async function startRun<T>(context: Context, env: SessionEnv, input: Input, handOver: HandOver<T>): Promise<T> {
  const { database, actor } = context;
  const { projectId, run, words = run.prompt, opId, ahead } = input;
  const { ownerId } = actor;
  // The day whose budget was read is the one that money is taken from, though midnight has come in between.
  const day = ahead?.day ?? dayOf(Date.now());
  const ground = ahead ? ahead.ground : await groundNow(database, { projectId, ownerId, day });
  if (!ground) throw new AppError("not_found", "There is no such project.");
  knownGrounds.note(ownerId, projectId, ground);
  const registry = ownRegistry(ground.agents, projectId);
  const asked = { registry, projectId, prompt: words, agent: run.agent };
  const { routing, microUsd } = await routeCharged(context, asked);
  // The ground was read before the router's model was paid.
  const taken = ground.taken + microUsd;
  const note = decideStart(context, { projectId, run, opId, day, ground, registry, routing, taken });
  const { start } = note;
  const statement = insertRun(database, note);
  const [{ replayed }] = await Promise.all([
    commitStatement(database, { opId, statement }),
    wakeSession(env, projectId),
  ]);
  const [row] = replayed ? await executeIdempotent(selectRun(database, ownerId, start.id)) : [];
  knownRuns.note(start.id, start);
  const images = run.images ?? [];
  return handOver(env, { start: row ? startOfRow(row) : start, images, beginning: beginningOf(ground) });
}

/** What `startRun` asks of the database first, as an expression: for who can ask it along with something else. */
export const groundAhead = (projectId: string, ownerId: SQL, day: string): SQL<StartGround | null> =>
  startGround({ projectId, ownerId, day });

async function groundNow(...asked: Parameters<typeof selectStartGround>): Promise<StartGround | null> {
  const { rows } = await executeIdempotent(selectStartGround(...asked));
  return rows[0]?.ground ?? null;
}
