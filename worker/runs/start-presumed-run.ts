import type { Context, PresumedToken } from "../accounts/index.ts";
import { ownRegistry, routeAtOnce } from "../agents/index.ts";
import type { RunInput } from "../contract/index.ts";
import { commitAlone } from "../database/index.ts";
import { type ErrorCode, isAppError } from "../errors.ts";
import { dayOf } from "../limits/index.ts";
import { decideStart } from "./decide-start.ts";
import type { HandOver } from "./hand-over.ts";
import { type SessionEnv, wakeSession } from "./session-client.ts";
import { beginningOf, type KnownGround, knownGrounds, type StartGround } from "./start-ground.ts";
import { insertPresumedRun } from "./store.ts";

type Input = { projectId: string; run: RunInput; opId: string; token: PresumedToken };

/** Whether `startPresumedRun` has something to go by. */
export const isKnownStart = (ownerId: string, projectId: string): boolean =>
  knownGrounds.find(ownerId, projectId) !== null;

/**
 * Starts a run as `startRun` does, for a token and a project that this isolate knows, with one request to the database
 * and not two: the run is decided by what is remembered, and noted by a statement that sees whether all of it still holds.
 * @returns null where it does not, or does not suffice: nothing has happened then, and the run is to be started by asking
 */
export async function startPresumedRun<T>(
  context: Context,
  env: SessionEnv,
  input: Input,
  handOver: HandOver<T>,
): Promise<T | null> {
  const { projectId, run, opId, token } = input;
  const { ownerId } = token.actor;
  const ground = knownGrounds.find(ownerId, projectId);
  const note = ground && decide(context, input, ground);
  if (!note) return null;
  const statement = insertPresumedRun(context.database, note, { token, mark: ground.mark });
  const noting = commitAlone(context.database, { opId, statement }).catch(nullWhereRefused);
  const [committed] = await Promise.all([noting, wakeSession(env, projectId)]);
  if (committed === null) {
    knownGrounds.forget(ownerId, projectId);
    return null;
  }
  // Of a note that an earlier sending made, only that it was made is known.
  const found = committed.replayed ? null : (committed.result as StartGround);
  return handOver(env, { start: note.start, images: run.images ?? [], beginning: found && beginningOf(found) });
}

/** Null where a model is to be asked which agent it is, or where it would be refused: by what is remembered nothing is. */
function decide(context: Context, { projectId, run, opId }: Input, ground: KnownGround) {
  const registry = ownRegistry(ground.agents, projectId);
  try {
    const routing = routeAtOnce(registry, run, context.config);
    const day = dayOf(Date.now());
    return routing && decideStart(context, { projectId, run, opId, day, ground, registry, routing, taken: 0 });
  } catch (error) {
    return nullWhereRefused(error);
  }
}

/** What a start by asking is to decide about: it may find another ground. */
const refusals: ErrorCode[] = ["precondition_failed", "budget_exceeded", "unknown_agent", "not_found"];

function nullWhereRefused(error: unknown): null {
  if (isAppError(error) && refusals.includes(error.code)) return null;
  throw error;
}
