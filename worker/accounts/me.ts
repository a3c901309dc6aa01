import { planOf } from "../config/index.ts";
import type { Me } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Context } from "./context.ts";
import { countHooks } from "./end-access.ts";
import { verifiesEmail } from "./require-standing.ts";
import { selectUsageToday, selectUser, updateUser } from "./store.ts";

/** The account, its plan's limits, what it used today (UTC) and its daily budget. */
export async function getMe({ config, database, actor }: Context): Promise<Me> {
  const [[user], [used], hooksToConfirm] = await Promise.all([
    read(selectUser(database, actor.ownerId)),
    read(selectUsageToday(database, actor.ownerId)),
    countHooks(database, actor.ownerId, ["reset", "changed"]),
  ]);
  if (!user) throw new AppError("unauthenticated", "This account no longer exists.");
  const plan = planOf(user.plan);
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerified,
    mustVerifyEmail: !user.emailVerified && verifiesEmail(config),
    plan: user.plan,
    deletionDueAt: user.deletionDueAt?.toISOString() ?? null,
    hooksToConfirm,
    limits: {
      runsPerMinute: plan.runsPerMinute,
      writesPerMinute: plan.writesPerMinute,
      readsPerMinute: plan.readsPerMinute,
      fileBytes: plan.fileBytes,
      filesPerProject: plan.filesPerProject,
      projectBytes: plan.projectBytes,
    },
    usage: {
      todayMicroUsd: used?.microUsd ?? 0,
      todayInputTokens: used?.inputTokens ?? 0,
      todayOutputTokens: used?.outputTokens ?? 0,
    },
    budget: { dailyMicroUsd: user.dailyMicroUsd ?? plan.dailyMicroUsd },
  };
}

export type MeUpdate = { name?: string | undefined; budget?: { dailyMicroUsd: number } | undefined };

/** Changes the name or the daily budget, which cannot be more than the plan's. */
export async function updateMe(context: Context, input: MeUpdate): Promise<Me> {
  const most = planOf(context.actor.plan).dailyMicroUsd;
  if (input.budget && input.budget.dailyMicroUsd > most) {
    const detail = `Your plan allows at most $${most / 1_000_000} a day.`;
    throw new AppError("invalid_request", detail, {
      errors: [{ pointer: "/budget/dailyMicroUsd", code: "too_big", detail }],
    });
  }
  const change = {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.budget && { dailyMicroUsd: input.budget.dailyMicroUsd }),
  };
  if (Object.keys(change).length > 0) await read(updateUser(context.database, context.actor.ownerId, change));
  return getMe(context);
}
