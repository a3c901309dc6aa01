import type { Config } from "../config/index.ts";
import type { Routing } from "../contract/index.ts";
import type { AgentRegistry } from "./agent-registry.ts";
import { isClose, notingUnknown, routerOf } from "./agent-router.ts";
import { anthropicModel } from "./model/anthropic.ts";
import { type Chooser, modelChooser, withChoice } from "./routing/llm-tiebreak.ts";

type Input = { prompt: string; agent?: string | undefined };

/** The fast tier of the model that is set; none where there is none, or where a script stands in for it. */
export const chooserOf = (config: Config): Chooser | null =>
  config.hasModel && !config.model.scripted ? modelChooser(anthropicModel(config)) : null;

/**
 * Where a prompt goes without asking a model; null where one would be asked.
 * @throws AppError `unknown_agent` where `agent` names none
 */
export function routeAtOnce(registry: AgentRegistry, { prompt, agent }: Input, config: Config): Routing | null {
  const routing = routerOf(registry).route(prompt, agent);
  return isClose(routing) && chooserOf(config) !== null ? null : routing;
}

/**
 * Routes a prompt: at once where the choice is clear, by a small model among the top candidates where it is close.
 * Without a timely answer of the model the local choice stands. What asking costs is the chooser's to count.
 * @throws AppError `unknown_agent` where `agent` names none
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
