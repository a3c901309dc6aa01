import type { Config } from "../config/index.ts";
import type { Routing } from "../contract/index.ts";
import type { AgentRegistry } from "./agent-registry.ts";
import { isClose, notingUnknown, routerOf } from "./agent-router.ts";
import { anthropicModel } from "./model/anthropic.ts";
import { type Chooser, modelChooser, withChoice } from "./routing/llm-tiebreak.ts";

type Input = { prompt: string; agent?: string | undefined };

/** Returns a chooser that asks the configured model's fast tier; null without a model, or with the scripted one. */
export const chooserOf = (config: Config): Chooser | null =>
  config.hasModel && !config.model.scripted ? modelChooser(anthropicModel(config)) : null;

/**
 * Routes a prompt without a model; null when routing would ask a model.
 * @throws AppError `unknown_agent` when `agent` names none
 */
export function routeAtOnce(registry: AgentRegistry, { prompt, agent }: Input, config: Config): Routing | null {
  const routing = routerOf(registry).route(prompt, agent);
  return isClose(routing) && chooserOf(config) !== null ? null : routing;
}

/**
 * Routes a prompt: by the classifier when its choice is clear, otherwise by a small model among the top candidates.
 * When the model does not answer in time, the classifier's choice stands. The chooser accounts for the cost.
 * @throws AppError `unknown_agent` when `agent` names none
 */
export async function routePrompt(
  registry: AgentRegistry,
  { prompt, agent }: Input,
  chooser: Chooser | null,
): Promise<Routing> {
  const routing = routerOf(registry).route(prompt, agent);
  if (chooser === null || !isClose(routing)) return routing;
  const candidates = routing.candidates.flatMap((candidate) => registry.find(candidate.agent) ?? []);
  const { choice } = await chooser.choose(prompt, candidates);
  return choice === null ? routing : notingUnknown(prompt, withChoice(routing, choice));
}
