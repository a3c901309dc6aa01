import type { Context } from "../../accounts/index.ts";
import { type AgentRegistry, chooserOf, routePrompt as route } from "../../agents/index.ts";
import { planOf, type Reservation, reserveStatement, settleStatement } from "../../billing/index.ts";
import { dayOf, newId, noUsage, type Routing, type Usage } from "../../contract/index.ts";
import { commit } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { budgetOutbox } from "../../webhooks/index.ts";

type Input = { prompt: string; agent?: string | undefined; projectId?: string | undefined; registry: AgentRegistry };

/**
 * Chooses a prompt's agent from a registry. Charges the cost of a tiebreak by a model to the day's budget under the agent
 * `router`; without enough budget it calls no model.
 * @throws AppError `unknown_agent`
 */
export const routePrompt = async (context: Context, input: Input): Promise<Routing> =>
  (await routeCharged(context, input)).routing;

/**
 * Chooses the agent as `routePrompt` does.
 * @returns the routing and the micro-dollars charged to the day's budget, for a caller that read the budget before
 */
export async function routeCharged(
  context: Context,
  { registry, projectId = "", ...prompt }: Input,
): Promise<{ routing: Routing; microUsd: number }> {
  const chooser = chooserOf(context.config);
  let microUsd = 0;
  const addCost = (usage: Usage) => {
    microUsd += usage.microUsd;
  };
  const routing = await route(registry, prompt, chooser && paid(context, chooser, projectId, addCost));
  return { routing, microUsd };
}

type Chooser = NonNullable<ReturnType<typeof chooserOf>>;

/**
 * Wraps a chooser so that its money is reserved before it calls its model. When this Worker dies before it settles the
 * reservation, the sweep charges all of it, a cent at most, because the model's call has been paid.
 */
const paid = (context: Context, chooser: Chooser, projectId: string, addCost: (usage: Usage) => void): Chooser => ({
  ...chooser,
  async choose(prompt, candidates) {
    const microUsd = chooser.maxMicroUsd(prompt, candidates);
    const { ownerId } = context.actor;
    const { model } = chooser;
    const id = newId("operation");
    const reservation = { id, ownerId, projectId, day: dayOf(Date.now()), microUsd, agent: "router", model };
    if (!(await isReserved(context, reservation))) return { choice: null, usage: noUsage };
    const chosen = await chooser.choose(prompt, candidates);
    await settle(context, reservation, chosen.usage);
    addCost(chosen.usage);
    return chosen;
  },
});

async function isReserved({ config, database, actor }: Context, reservation: Reservation): Promise<boolean> {
  const ceilings = {
    planMicroUsd: planOf(actor.plan).dailyMicroUsd,
    platformMicroUsd: config.platformDailyMicroUsd,
  };
  const statements = [reserveStatement(database, reservation, ceilings)];
  try {
    await commit(database, { opId: newId("operation"), kind: "routing.begun", statements });
    return true;
  } catch (error) {
    if (isAppError(error, "budget_exceeded") || isAppError(error, "platform_budget_exceeded")) return false;
    throw error;
  }
}

async function settle({ database, actor }: Context, reservation: Reservation, usage: Usage): Promise<void> {
  const { id, ownerId, day, agent, model } = reservation;
  await commit(database, {
    opId: newId("operation"),
    kind: "prompt.routed",
    statements: [
      settleStatement(database, id, { day, agent, model, usage }),
      budgetOutbox(database, { ownerId, day, planMicroUsd: planOf(actor.plan).dailyMicroUsd }),
    ],
  });
}
