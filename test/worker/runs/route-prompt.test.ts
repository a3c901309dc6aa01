import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { project, spending, usage, user } from "../../../drizzle/schema/index.ts";
import type { Context } from "../../../worker/accounts/index.ts";
import { builtIn, chooserOf } from "../../../worker/agents/index.ts";
import { planOf } from "../../../worker/billing/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import { dayOf, newId } from "../../../worker/contract/index.ts";

import type { Env } from "../../../worker/http/environment.ts";
import { routePrompt, startRun } from "../../../worker/runs/index.ts";
import { database } from "../database/direct.ts";

const close = "the colours of the header, its texts and its server";

/** Returns the context of a new account on a server with or without a scripted model. */
async function contextOf(scripted: boolean): Promise<Context> {
  const config = configOf(env);
  const id = newId("user");
  await database.insert(user).values({ id, name: "Ada", email: `${id}@example.com` });
  return {
    config: { ...config, model: { ...config.model, scripted } },
    database,
    actor: { kind: "user", ownerId: id, plan: "free", name: "Ada", email: `${id}@example.com`, sessionId: "" },
  };
}

const about = { registry: builtIn, prompt: close };

/** Returns the context with models that have a price; the scripted model answers under any name. */
const priced = (context: Context): Context => {
  const ids = { fast: "claude-haiku-4-5", balanced: "claude-sonnet-4-5", deep: "claude-opus-4-5" };
  return { ...context, config: { ...context.config, model: { ...context.config.model, ids } } };
};

const spendingOf = ({ actor }: Context) => database.select().from(spending).where(eq(spending.ownerId, actor.ownerId));

const askedOf = ({ actor }: Context) => database.select().from(usage).where(eq(usage.ownerId, actor.ownerId));

describe("asking a model about a close choice", () => {
  it("a run gets the rest of the day's budget after its routing was charged, when that is less than its maximum", async () => {
    const context = priced(await contextOf(false));
    const { ownerId } = context.actor;
    const dailyMicroUsd = planOf("free").runMicroUsd / 2;
    await database.update(user).set({ dailyMicroUsd }).where(eq(user.id, ownerId));
    const projectId = newId("project");
    await database.insert(project).values({ id: projectId, ownerId, name: "Mine", space: projectId });
    const input = { projectId, run: { prompt: close }, opId: newId("operation") };
    const start = await startRun(context, env as unknown as Env, input, async (_, noted) => noted.start);
    const [asked] = await askedOf(context);
    expect(asked?.microUsd).toBeGreaterThan(0);
    expect(start.reservedMicroUsd).toBe(dailyMicroUsd - (asked?.microUsd ?? 0));
  });

  it("a tiebreak is charged to the account's usage under the agent router", async () => {
    const context = await contextOf(false);
    const routing = await routePrompt(context, { registry: builtIn, prompt: close, projectId: "prj_1" });
    expect(builtIn.find(routing.agent)).toBeDefined();
    const [row, ...more] = await askedOf(context);
    expect(row).toMatchObject({ agent: "router", projectId: "prj_1", model: context.config.model.ids.fast });
    expect(row?.inputTokens).toBeGreaterThan(0);
    expect(more).toEqual([]);
  });

  it("no model is asked when it is scripted, or when the choice is clear", async () => {
    const scripted = await contextOf(true);
    await routePrompt(scripted, { registry: builtIn, prompt: close });
    expect(await askedOf(scripted)).toEqual([]);
    const real = await contextOf(false);
    await routePrompt(real, { registry: builtIn, prompt: "Write unit tests for the price calculation" });
    expect(await askedOf(real)).toEqual([]);
  });

  it("no model is asked when the day's budget is spent", async () => {
    const context = await contextOf(false);
    const { ownerId } = context.actor;
    const spent = planOf("free").dailyMicroUsd;
    await database.insert(spending).values({ ownerId, day: dayOf(Date.now()), spent });
    const routing = await routePrompt(context, { registry: builtIn, prompt: close });
    expect(routing.method).toBe("lexical");
    expect(await askedOf(context)).toEqual([]);
  });

  it("no model is asked when the account's own budget is spent, though the plan's is not", async () => {
    const context = await contextOf(false);
    await database.update(user).set({ dailyMicroUsd: 0 }).where(eq(user.id, context.actor.ownerId));
    expect((await routePrompt(context, { registry: builtIn, prompt: close })).method).toBe("lexical");
    expect(await askedOf(context)).toEqual([]);
  });

  it("a tiebreak releases its reservation, and charges what it used", async () => {
    const context = priced(await contextOf(false));
    await routePrompt(context, { registry: builtIn, prompt: close });
    const [row] = await askedOf(context);
    expect(row?.microUsd).toBeGreaterThan(0);
    expect(await spendingOf(context)).toMatchObject([{ reserved: 0, spent: row?.microUsd }]);
  });

  it("Concurrent tiebreaks cannot exceed the budget: only as many ask as it has room for", async () => {
    const alone = priced(await contextOf(false));
    await routePrompt(alone, about);
    const [once] = await askedOf(alone);
    const context = priced(await contextOf(false));
    const { ownerId } = context.actor;
    const chooser = chooserOf(context.config);
    const routing = await routePrompt({ ...context, config: { ...context.config, hasModel: false } }, about);
    const candidates = routing.candidates.flatMap(({ agent }) => builtIn.find(agent) ?? []);
    const most = chooser?.maxMicroUsd(close, candidates) ?? Number.NaN;
    // Room for one, and for no second one even after the first is settled.
    await database.update(user).set({ dailyMicroUsd: most }).where(eq(user.id, ownerId));
    await Promise.all(Array.from({ length: 10 }, () => routePrompt(context, about)));
    expect(await askedOf(context)).toMatchObject([{ inputTokens: once?.inputTokens, microUsd: once?.microUsd }]);
    expect(await spendingOf(context)).toMatchObject([{ reserved: 0, spent: once?.microUsd }]);
  });
});
