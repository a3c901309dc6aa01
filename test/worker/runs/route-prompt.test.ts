import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { spending, usage, user } from "../../../drizzle/schema/index.ts";
import type { Context } from "../../../worker/accounts/index.ts";
import { builtIn } from "../../../worker/agents/index.ts";

import { configOf, planOf } from "../../../worker/config/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { dayOf } from "../../../worker/limits/index.ts";
import { routePrompt } from "../../../worker/runs/index.ts";
import { database } from "../database/direct.ts";

const close = "the colours of the header, its texts and its server";

/** An account of its own on a server whose model is, or is not, a stand-in. */
async function contextOf(scripted: boolean): Promise<Context> {
  const config = configOf(env);
  const id = newId("user");
  await database.insert(user).values({ id, name: "Ada", email: `${id}@example.com` });
  return {
    config: { ...config, model: { ...config.model, scripted } },
    database,
    actor: { kind: "user", ownerId: id, plan: "free", name: "Ada", email: `${id}@example.com` },
  };
}

const askedOf = ({ actor }: Context) => database.select().from(usage).where(eq(usage.ownerId, actor.ownerId));

describe("asking a model about a close choice", () => {
  it("counts as the account's usage, under the agent router", async () => {
    const context = await contextOf(false);
    const routing = await routePrompt(context, { registry: builtIn, prompt: close, projectId: "prj_1" });
    expect(builtIn.find(routing.agent)).toBeDefined();
    const [row, ...more] = await askedOf(context);
    expect(row).toMatchObject({ agent: "router", projectId: "prj_1", model: context.config.model.ids.fast });
    expect(row?.inputTokens).toBeGreaterThan(0);
    expect(more).toEqual([]);
  });

  it("is left out where a script stands in for the model, and where the choice is clear", async () => {
    const scripted = await contextOf(true);
    await routePrompt(scripted, { registry: builtIn, prompt: close });
    expect(await askedOf(scripted)).toEqual([]);
    const real = await contextOf(false);
    await routePrompt(real, { registry: builtIn, prompt: "Write unit tests for the price calculation" });
    expect(await askedOf(real)).toEqual([]);
  });

  it("is left out where the day's budget is used up", async () => {
    const context = await contextOf(false);
    const { ownerId } = context.actor;
    const spent = planOf("free").dailyMicroUsd;
    await database.insert(spending).values({ ownerId, day: dayOf(Date.now()), spent });
    const routing = await routePrompt(context, { registry: builtIn, prompt: close });
    expect(routing.method).toBe("lexical");
    expect(await askedOf(context)).toEqual([]);
  });
});
