import type { Usage } from "../../contract/index.ts";
import type { ModelMessage, ModelRequest } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { allowance } from "./budget.ts";
import { minCompaction, planCompaction } from "./compaction.ts";
import { conversationOf, estimateTokens } from "./conversation.ts";
import type { RequestInputs } from "./loop-state.ts";

const maxAnswerTokens = 32_000;

/** A request, and its estimated size in tokens. */
export type Prepared = { request: ModelRequest; promptTokens: number };

/**
 * Builds the request of a step, its output limited by the rest of the budget.
 * @param usage the run's usage so far
 * @returns the request, or a sentence on the exceeded limit
 */
export function requestOf(inputs: RequestInputs, steps: StoredStep[], usage: Usage): Prepared | { exceeded: string } {
  const { agent, system, tools, budget, model } = inputs;
  const { history, prompt, images, earlierImages } = inputs;
  const task = { history, prompt, images, earlierImages, earlier: inputs.earlier?.text };
  const offered = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const size = (messages: ModelMessage[]): number =>
    estimateTokens({ system: system.stable + system.own, tools: offered, messages });
  const messages = conversationOf(
    task,
    steps,
    planCompaction(inputs, steps, size(conversationOf(task, [], minCompaction(inputs)))),
  );
  const promptTokens = size(messages);
  const price = model.priceOf(agent.model)(promptTokens);
  const allowed = allowance({ budget, steps: steps.length, usage, price, promptTokens, maxTokens: maxAnswerTokens });
  if ("exceeded" in allowed) return allowed;
  const request = { tier: agent.model, system, tools: offered, messages, maxTokens: allowed.maxTokens };
  return { request, promptTokens };
}
