import type { Context } from "../../accounts/index.ts";
import { type AgentRegistry, chooserOf, routePrompt as route } from "../../agents/index.ts";
import { planOf, type Reservation, reserveStatement, settleStatement } from "../../billing/index.ts";
import { dayOf, newId, noUsage, type Routing, type Usage } from "../../contract/index.ts";
import { commit } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { budgetOutbox } from "../../webhooks/index.ts";

type Input = { prompt: string; agent?: string | undefined; projectId?: string | undefined; registry: AgentRegistry };

/**
 * Which agent of a registry a prompt goes to. What a model costs that is asked about it counts against the day's
 * budget, under the agent `router`; with too little of it left no model is asked.
 * @throws AppError `unknown_agent`
 */
export const routePrompt = async (context: Context, input: Input): Promise<Routing> =>
  (await routeCharged(context, input)).routing;

/** The same, with what it took of the day's budget, for whoever has read before it how much is left. */
export async function routeCharged(
  context: Context,
  { registry, projectId = "", ...prompt }: Input,
): Promise<{ routing: Routing; microUsd: number }> {
  const chooser = chooserOf(context.config);
  let microUsd = 0;
  const note = (usage: Usage) => {
    microUsd += usage.microUsd;
  };
  const routing = await route(registry, prompt, chooser && paid(context, chooser, projectId, note));
  return { routing, microUsd };
}

type Chooser = NonNullable<ReturnType<typeof chooserOf>>;

/**
 * The same chooser, its money reserved before it is asked. Where this Worker does not live to settle it, the sweep charges
 * all of the reservation, a cent at most: what the model was asked for has been spent.
 */
const paid = (context: Context, chooser: Chooser, projectId: string, note: (usage: Usage) => void): Chooser => ({
  ...chooser,
  async choose(prompt, candidates) {
    const microUsd = chooser.maxMicroUsd(prompt, candidates);
    const { ownerId } = context.actor;
    const { model } = chooser;
    const id = newId("operation");
    const reservation = { id, ownerId, projectId, day: dayOf(Date.now()), microUsd, agent: "router", model };
    if (!(await isSetAside(context, reservation))) return { choice: null, usage: noUsage };
    const chosen = await chooser.choose(prompt, candidates);
    await settle(context, reservation, chosen.usage);
    note(chosen.usage);
    return chosen;
  },
});

async function isSetAside({ config, database, actor }: Context, reservation: Reservation): Promise<boolean> {
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
