import type { Context } from "../accounts/index.ts";
import { builtIn, routerOf } from "../agents/index.ts";
import { planOf } from "../config/index.ts";
import type { Run, RunInput } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { RunStart } from "./run-start.ts";
import { type SessionEnv, sessionOf } from "./session-client.ts";
import { insertRun, selectGround } from "./store.ts";

const router = routerOf(builtIn);

type Input = { projectId: string; run: RunInput; opId: string };

/**
 * Starts a run, or queues it behind the one that goes on. It is noted in Postgres first and handed to the project's
 * Session after, under an id that `opId` gives: asked again it is the same run.
 * @throws AppError `not_found`, `unknown_agent`, `budget_exceeded`, `model_not_configured`
 */
export async function startRun(context: Context, env: SessionEnv, { projectId, run, opId }: Input): Promise<Run> {
  const { config, database, actor } = context;
  const [ground] = await read(selectGround(database, projectId, actor.ownerId));
  if (!ground) throw new AppError("not_found", "There is no such project.");
  const routing = router.route(run.prompt, run.agent);
  if (!config.hasModel) throw new AppError("model_not_configured", "No model is set on this server.");
  const daily = ground.budget === null ? planOf(actor.plan).dailyMicroUsd : Number(ground.budget);
  const left = daily - Number(ground.spent);
  if (left <= 0) throw new AppError("budget_exceeded", "Today's budget is used up. It begins anew at midnight UTC.");
  const start: RunStart = {
    id: opId.replace(/^op_/, "run_"),
    projectId,
    projectName: ground.name,
    ownerId: actor.ownerId,
    plan: actor.plan,
    prompt: run.prompt,
    mode: run.mode ?? "build",
    routing,
    budget: { ...run.budget, microUsd: Math.min(run.budget?.microUsd ?? left, left) },
    onDisconnect: run.onDisconnect ?? "continue",
    createdAt: Date.now(),
  };
  await read(insertRun(database, start, config.model.scripted));
  return sessionOf(env, projectId).enqueue(start, run.images ?? []);
}
