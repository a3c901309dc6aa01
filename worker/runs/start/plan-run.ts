import type { Context } from "../../accounts/index.ts";
import type { AgentRegistry } from "../../agents/index.ts";
import { planOf, tierPrice } from "../../billing/index.ts";
import type { Agent, Routing, RunInput } from "../../contract/index.ts";
import { AppError, budgetExceeded } from "../../errors.ts";
import { currentOrigin } from "../../monitoring/index.ts";
import type { NewRun } from "../store.ts";
import type { CachedSnapshot } from "./project-snapshot.ts";
import type { RunSpec } from "./run-spec.ts";

type Input = {
  projectId: string;
  run: RunInput;
  opId: string;
  /** The day (UTC) whose budget pays. */
  day: string;
  snapshot: CachedSnapshot;
  registry: AgentRegistry;
  routing: Routing;
  /** Micro-dollars of the day's budget that are spent or reserved, by this isolate's last read. */
  taken: number;
};

/**
 * Plans a run: its agent, its budget and its reservation. Writes nothing.
 * @returns the rows to insert
 * @throws AppError `budget_exceeded`, `model_not_configured`, `invalid_request` (`price_unknown`)
 */
export function planRun(context: Context, input: Input): NewRun {
  const { config, actor } = context;
  const { projectId, run, opId, day, snapshot, registry, routing, taken } = input;
  const chosen = registry.get(routing.agent);
  const agent = run.model === undefined ? chosen : { ...chosen, model: run.model };
  if (!config.hasModel) throw new AppError("model_not_configured", "No model is configured on this server.");
  const dailyMicroUsd = snapshot.budget === null ? planOf(actor.plan).dailyMicroUsd : snapshot.budget;
  const money = reserveBudget(context, run, agent, dailyMicroUsd - taken);
  const start: RunSpec = {
    id: opId.replace(/^op_/, "run_"),
    projectId,
    projectName: snapshot.name,
    ownerId: actor.ownerId,
    plan: actor.plan,
    prompt: run.prompt,
    mode: run.mode ?? "build",
    routing,
    // Only the agent router uses the examples and keywords.
    ...(agent.projectId !== undefined && { ownAgent: { ...agent, keywords: [], examples: [] } }),
    ...(run.model !== undefined && { model: run.model }),
    budget: { ...run.budget, ...money.budget },
    onDisconnect: run.onDisconnect ?? "continue",
    day,
    reservedMicroUsd: money.reserved,
    createdAt: Date.now(),
    origin: currentOrigin(),
  };
  return {
    opId,
    start,
    scripted: config.model.scripted,
    dailyMicroUsd,
    platformMicroUsd: config.platformDailyMicroUsd,
    maxStoredBytes: planOf(actor.plan).storedBytes,
  };
}

/** Returns the error for a budget in money with a model whose price is unknown. */
function priceUnknown({ model }: Context["config"], { model: tier }: Agent): AppError {
  const detail = `The price of ${model.ids[tier]} is unknown, so a budget in money can't be enforced. Omit budget.microUsd, or set MODEL_${tier.toUpperCase()}_PRICE.`;
  return new AppError("invalid_request", detail, {
    errors: [{ pointer: "/budget/microUsd", code: "price_unknown", detail }],
  });
}

/**
 * Computes a run's reservation in micro-dollars. A requested budget must be available in full; without one, the run
 * gets the plan's maximum per run or the rest of the day's budget. A free model reserves nothing.
 * @param left the rest of the day's budget in micro-dollars
 * @throws AppError `budget_exceeded`, `invalid_request` (`price_unknown`)
 */
function reserveBudget({ config, actor }: Context, { budget }: RunInput, agent: Agent, left: number) {
  if (left <= 0) throw budgetExceeded();
  const { source, at } = tierPrice(config.model, agent.model);
  if (source === "unknown" && budget?.microUsd !== undefined) throw priceUnknown(config, agent);
  const { input, output } = at(0);
  if (input === 0 && output === 0) return { reserved: 0, budget: {} };
  const maxReserved = planOf(actor.plan).runMicroUsd;
  const reserved = Math.min(maxReserved, budget?.microUsd === undefined ? left : budget.microUsd);
  if (reserved > left) throw budgetExceeded();
  return { reserved, budget: { microUsd: reserved } };
}
