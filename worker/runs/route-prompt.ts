import type { Context } from "../accounts/index.ts";
import { chooserOf, type Registry, type Routed, routePrompt as route } from "../agents/index.ts";
import { planOf } from "../config/index.ts";
import { newId, type Routing } from "../contract/index.ts";
import { commit, read } from "../database/index.ts";
import { dayOf, selectSpending } from "../limits/index.ts";
import { addSpent, addUsage } from "./store.ts";

type Input = { prompt: string; agent?: string | undefined; projectId?: string | undefined; registry: Registry };

/**
 * Which agent of a registry a prompt goes to. What a model costs that was asked about it counts against the day's
 * budget, under the agent `router`; with none of it left no model is asked.
 * @throws AppError `unknown_agent`
 */
export async function routePrompt(context: Context, { registry, projectId = "", ...prompt }: Input): Promise<Routing> {
  const chooser = chooserOf(context.config);
  const { routing, asked } = await route(registry, prompt, chooser && within(context, chooser));
  if (asked !== null && asked.usage.inputTokens > 0) await note(context, projectId, asked);
  return routing;
}

type Chooser = NonNullable<ReturnType<typeof chooserOf>>;

/** The same chooser, while the day's budget has room. */
const within = ({ database, actor }: Context, chooser: Chooser): Chooser => ({
  ...chooser,
  async choose(prompt, candidates) {
    const [day] = await read(selectSpending(database, actor.ownerId, dayOf(Date.now())));
    const left = planOf(actor.plan).dailyMicroUsd - Number(day?.spent ?? 0) - Number(day?.reserved ?? 0);
    if (left <= 0) return { choice: null, usage: nothing };
    return chooser.choose(prompt, candidates);
  },
});

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };

async function note(context: Context, projectId: string, { model, usage }: NonNullable<Routed["asked"]>) {
  const { ownerId } = context.actor;
  const day = dayOf(Date.now());
  await commit(context.database, {
    opId: newId("operation"),
    kind: "prompt.routed",
    statements: [
      addSpent(context.database, { ownerId, day, microUsd: usage.microUsd }),
      addUsage(context.database, { ownerId, projectId, agent: "router", model, day, usage }),
    ],
  });
}
