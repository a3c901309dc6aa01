import type { CachedCaller, Context } from "../accounts/index.ts";
import { ownRegistry, routeAtOnce } from "../agents/index.ts";
import { dayOf, type Run, type RunInput } from "../contract/index.ts";
import { commitStatement } from "../database/index.ts";
import { type ErrorCode, isAppError } from "../errors.ts";
import { decideStart } from "./decide-start.ts";
import type { HandOver } from "./hand-over.ts";
import { knownRuns } from "./known-runs.ts";
import { type SessionEnv, wakeSession } from "./session-client.ts";
import { shownNote } from "./shown.ts";
import { beginningOf, type KnownGround, knownGrounds, type StartGround } from "./start-ground.ts";
import { insertPresumedRun, type KeyTaken } from "./store.ts";

type Input = {
  projectId: string;
  run: RunInput;
  opId: string;
  caller: CachedCaller;
  /** Of a start with an Idempotency-Key: the key's row, which answers this run from now on. */
  keyFor?: ((run: Run) => Promise<KeyTaken>) | undefined;
};

/** Whether `startPresumedRun` has something to go by. */
export const isKnownStart = (ownerId: string, projectId: string): boolean =>
  knownGrounds.find(ownerId, projectId) !== null;

/**
 * Starts a run as `startRun` does, for a caller and a project that this isolate knows, with one request to the database
 * and not several: the run is decided by what is remembered, and noted by a statement that sees whether all of it still
 * holds, and that takes the caller's key where there is one.
 * @returns what the hand-over gave, and the run as it was noted; null where something does not hold, or not suffice: nothing
 *   has happened then, and the run is to be started by asking
 */
export async function startPresumedRun<T>(
  context: Context,
  env: SessionEnv,
  input: Input,
  handOver: HandOver<T>,
): Promise<{ handed: T; run: Run } | null> {
  const { projectId, run, opId, caller, keyFor } = input;
  const { ownerId } = caller.actor;
  const ground = knownGrounds.find(ownerId, projectId);
  const note = ground && decide(context, input, ground);
  if (!note) return null;
  const { start } = note;
  const shown = shownNote(note);
  const presumption = { caller, mark: ground.mark, key: await keyFor?.(shown) };
  const statement = insertPresumedRun(context.database, note, presumption);
  const noting = commitStatement(context.database, { opId, statement }).catch((error: unknown) => {
    // Of a key that was used before, nothing is known of what else holds.
    if (!isAppError(error, "idempotency_key_reused")) knownGrounds.forget(ownerId, projectId);
    // What is asked next tells: the key was taken by this note, or is held, and then this note cannot come after.
    if (keyFor && isAppError(error, "outcome_unknown")) return null;
    return nullWhereRefused(error);
  });
  const [committed] = await Promise.all([noting, wakeSession(env, projectId)]);
  if (committed === null) return null;
  knownRuns.note(start.id, start);
  // Of a note that an earlier sending made, only that it was made is known.
  const found = committed.replayed ? null : (committed.result as StartGround);
  const handed = await handOver(env, { start, images: run.images ?? [], beginning: found && beginningOf(found) });
  return { handed, run: shown };
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
const refusals: ErrorCode[] = [
  "precondition_failed",
  "idempotency_key_reused",
  "budget_exceeded",
  "platform_budget_exceeded",
  "unknown_agent",
  "not_found",
];

function nullWhereRefused(error: unknown): null {
  if (isAppError(error) && refusals.includes(error.code)) return null;
  throw error;
}
