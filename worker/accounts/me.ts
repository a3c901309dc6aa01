import { planOf } from "../billing/index.ts";
import { addUsage, type Me, noUsage, type Usage } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { isAdmin, verifiesEmail } from "./account-standing.ts";
import type { Context } from "./context.ts";
import { countHooks } from "./end-access.ts";
import { type OpenRun, selectUsageToday, selectUser, updateUser } from "./store.ts";

/** Asks the Sessions for the usage of open runs so far. */
export type UsageOfOpen = (runs: OpenRun[]) => Promise<Usage>;

/**
 * Gets the account with its plan's limits, today's usage (UTC, open runs included) and its daily budget.
 * @throws AppError `unauthenticated` when the account was deleted meanwhile
 */
export async function getMe({ config, database, actor }: Context, usageOfOpen: UsageOfOpen): Promise<Me> {
  const [[user], today, hooksToConfirm] = await Promise.all([
    executeIdempotent(selectUser(database, actor.ownerId)),
    usageToday(database, actor.ownerId, usageOfOpen),
    countHooks(database, actor.ownerId, ["reset", "changed", "ended"]),
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
    isAdmin: isAdmin(config, actor),
    secondFactor: {
      enabled: user.twoFactorEnabled,
      verified: actor.kind === "user" && actor.hasSecondFactor === true,
      required: config.adminNeedsSecondFactor && isAdmin(config, actor),
    },
    deletionDueAt: user.deletionDueAt?.toISOString() ?? null,
    hooksToConfirm,
    limits: {
      runsPerMinute: plan.runsPerMinute,
      writesPerMinute: plan.writesPerMinute,
      readsPerMinute: plan.readsPerMinute,
      fileBytes: plan.fileBytes,
      filesPerProject: plan.filesPerProject,
      projectBytes: plan.projectBytes,
      projects: plan.projects,
      storedBytes: plan.storedBytes,
    },
    usage: {
      today,
      projects: user.projects ?? 0,
      storedBytes: user.storedBytes ?? 0,
      todayMicroUsd: today.microUsd,
      todayInputTokens: today.inputTokens,
      todayOutputTokens: today.outputTokens,
    },
    budget: { dailyMicroUsd: user.dailyMicroUsd ?? plan.dailyMicroUsd, maxDailyMicroUsd: plan.dailyMicroUsd },
  };
}

async function usageToday(database: Database, ownerId: string, usageOfOpen: UsageOfOpen): Promise<Usage> {
  const [used] = await executeIdempotent(selectUsageToday(database, ownerId));
  if (!used) return noUsage;
  const { open, ...settled } = used;
  return open.length === 0 ? settled : addUsage(settled, await usageOfOpen(open));
}

export type MeUpdate = { name?: string | undefined; budget?: { dailyMicroUsd: number } | undefined };

/**
 * Updates the name or the daily budget, which cannot exceed the plan's.
 * @throws AppError `invalid_request`
 */
export async function updateMe(context: Context, input: MeUpdate, usageOfOpen: UsageOfOpen): Promise<Me> {
  const maxDaily = planOf(context.actor.plan).dailyMicroUsd;
  if (input.budget && input.budget.dailyMicroUsd > maxDaily) {
    const detail = `Your plan allows at most $${maxDaily / 1_000_000} a day.`;
    throw new AppError("invalid_request", detail, {
      errors: [{ pointer: "/budget/dailyMicroUsd", code: "too_big", detail }],
    });
  }
  const change = {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.budget && { dailyMicroUsd: input.budget.dailyMicroUsd }),
  };
  if (Object.keys(change).length > 0)
    await executeIdempotent(updateUser(context.database, context.actor.ownerId, change));
  return getMe(context, usageOfOpen);
}
