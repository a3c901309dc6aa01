import type { Context } from "../accounts/index.ts";
import { chooserOf, noUsage, type Registry, routePrompt as route } from "../agents/index.ts";
import { planOf } from "../config/index.ts";
import { dayOf, newId, type Routing, type Usage } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { isAppError } from "../errors.ts";
import { type Reservation, setAsideStatement, settleStatement } from "../limits/index.ts";
import { budgetOutbox } from "../webhooks/index.ts";
import { addUsage } from "./store.ts";

type Input = { prompt: string; agent?: string | undefined; projectId?: string | undefined; registry: Registry };

/**
 * Which agent of a registry a prompt goes to. What a model costs that is asked about it counts against the day's
 * budget, under the agent `router`; with too little of it left no model is asked.
 * @throws AppError `unknown_agent`
 */
export async function routePrompt(context: Context, { registry, projectId = "", ...prompt }: Input): Promise<Routing> {
  const chooser = chooserOf(context.config);
  return route(registry, prompt, chooser && paid(context, chooser, projectId));
}

type Chooser = NonNullable<ReturnType<typeof chooserOf>>;

/**
 * The same chooser, its money set aside before it is asked. What a crash between the two leaves set aside, a cent at most, is
 * given back by the day's end.
 */
const paid = (context: Context, chooser: Chooser, projectId: string): Chooser => ({
  ...chooser,
  async choose(prompt, candidates) {
    const microUsd = chooser.mostMicroUsd(prompt, candidates);
    const reservation = { ownerId: context.actor.ownerId, day: dayOf(Date.now()), microUsd };
    if (!(await isSetAside(context, reservation))) return { choice: null, usage: noUsage };
    const chosen = await chooser.choose(prompt, candidates);
    await settle(context, { reservation, projectId, model: chooser.model, usage: chosen.usage });
    return chosen;
  },
});

async function isSetAside({ database, actor }: Context, reservation: Reservation): Promise<boolean> {
  const statements = [setAsideStatement(database, reservation, planOf(actor.plan).dailyMicroUsd)];
  try {
    await commit(database, { opId: newId("operation"), kind: "routing.begun", statements });
    return true;
  } catch (error) {
    if (isAppError(error, "budget_exceeded")) return false;
    throw error;
  }
}

type Asked = { reservation: Reservation; projectId: string; model: string; usage: Usage };

async function settle({ database, actor }: Context, { reservation, projectId, model, usage }: Asked): Promise<void> {
  const { ownerId, day } = reservation;
  await commit(database, {
    opId: newId("operation"),
    kind: "prompt.routed",
    statements: [
      settleStatement(database, reservation, usage.microUsd),
      addUsage(database, { ownerId, projectId, agent: "router", model, day, usage }),
      budgetOutbox(database, { ownerId, day, planMicroUsd: planOf(actor.plan).dailyMicroUsd }),
    ],
  });
}
