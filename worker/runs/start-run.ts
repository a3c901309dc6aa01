import type { SQL } from "drizzle-orm";
import type { Context } from "../accounts/index.ts";
import { ownRegistry, priceOf } from "../agents/index.ts";
import { planOf } from "../config/index.ts";
import type { Agent, Run, RunInput } from "../contract/index.ts";
import { commitAlone, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { dayOf } from "../limits/index.ts";
import { routePrompt } from "./route-prompt.ts";
import type { RunStart } from "./run-start.ts";
import { type SessionEnv, sessionOf } from "./session-client.ts";
import { startOfRow } from "./shown.ts";
import { beginningOf, type StartGround, selectStartGround, startGround } from "./start-ground.ts";
import { insertRun, selectRun } from "./store.ts";

type Input = {
  projectId: string;
  run: RunInput;
  opId: string;
  /** What was asked ahead, where it was. */
  ahead?: GroundAhead | undefined;
};

/** The ground of a start that `groundAhead` asked for: null where the project is not the caller's. */
export type GroundAhead = { day: string; ground: StartGround | null };

const spentUp = () =>
  new AppError("budget_exceeded", "What is left of today's budget does not suffice. It begins anew at midnight UTC.");

/**
 * Starts a run, or queues it behind the one that goes on. It is noted in Postgres, with its money set aside, before it
 * is handed to the project's Session, under an id that `opId` gives: asked again it is the same run.
 * @throws AppError `not_found`, `unknown_agent`, `budget_exceeded`, `model_not_configured`
 */
export async function startRun(
  context: Context,
  env: SessionEnv,
  { projectId, run, opId, ahead }: Input,
): Promise<Run> {
  const { config, database, actor } = context;
  const { ownerId } = actor;
  const now = Date.now();
  // The day whose budget was read is the one that money is taken from, though midnight has come in between.
  const day = ahead?.day ?? dayOf(now);
  const ground = ahead ? ahead.ground : await groundNow(database, { projectId, ownerId, day });
  if (!ground) throw new AppError("not_found", "There is no such project.");
  const registry = ownRegistry(ground.agents, projectId);
  const routing = await routePrompt(context, { registry, projectId, prompt: run.prompt, agent: run.agent });
  const agent = registry.get(routing.agent);
  if (!config.hasModel) throw new AppError("model_not_configured", "No model is set on this server.");
  const dailyMicroUsd = ground.budget === null ? planOf(actor.plan).dailyMicroUsd : ground.budget;
  const money = moneyOf(context, run, agent, dailyMicroUsd - ground.taken);
  const start: RunStart = {
    id: opId.replace(/^op_/, "run_"),
    projectId,
    projectName: ground.name,
    ownerId,
    plan: actor.plan,
    prompt: run.prompt,
    mode: run.mode ?? "build",
    routing,
    // Its examples were for the router.
    ...(agent.projectId !== undefined && { ownAgent: { ...agent, keywords: [], examples: [] } }),
    budget: { ...run.budget, ...money.budget },
    onDisconnect: run.onDisconnect ?? "continue",
    day,
    reservedMicroUsd: money.reserved,
    createdAt: now,
  };
  const statement = insertRun(database, start, { scripted: config.model.scripted, opId, dailyMicroUsd });
  const [{ replayed }] = await Promise.all([commitAlone(database, { opId, statement }), wake(env, projectId)]);
  const [row] = replayed ? await read(selectRun(database, ownerId, start.id)) : [];
  return sessionOf(env, projectId).enqueue(row ? startOfRow(row) : start, run.images ?? [], beginningOf(ground));
}

/** A head start for the Session, and nothing more: what is wrong with it shows when the run is handed over. */
const wake = (env: SessionEnv, projectId: string): Promise<void> =>
  sessionOf(env, projectId)
    .expect()
    .catch(() => undefined);

/** What `startRun` asks of the database first, as an expression: for who can ask it along with something else. */
export const groundAhead = (projectId: string, ownerId: SQL, day: string): SQL<StartGround | null> =>
  startGround({ projectId, ownerId, day });

async function groundNow(...asked: Parameters<typeof selectStartGround>): Promise<StartGround | null> {
  const { rows } = await read(selectStartGround(...asked));
  return rows[0]?.ground ?? null;
}

/**
 * What a run may cost: as much as it asks for, which must be there whole; without a word of it the plan's measure for one
 * run, or what is left of the day. A model without a price sets nothing aside.
 */
function moneyOf({ config, actor }: Context, { budget }: RunInput, agent: Agent, left: number) {
  if (left <= 0) throw spentUp();
  if (priceOf(config.model.ids[agent.model], 0).output === 0) return { reserved: 0, budget: {} };
  const most = planOf(actor.plan).runMicroUsd;
  const reserved = budget?.microUsd === undefined ? Math.min(most, left) : Math.min(most, budget.microUsd);
  if (reserved > left) throw spentUp();
  return { reserved, budget: { microUsd: reserved } };
}
