import type { Usage } from "../../contract/index.ts";
import type { ModelMessage, ModelRequest } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { definitionsOf } from "../tools/index.ts";
import { allowance } from "./budget.ts";
import { minCompaction, planCompaction } from "./compaction.ts";
import { conversationOf, requestTokens } from "./conversation.ts";
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
  const offered = definitionsOf(tools);
  const size = (messages: ModelMessage[]): number => requestTokens({ system, tools: offered, messages });
  // Without steps there is nothing to elide, so the size of the rest does not matter.
  const fixed = steps.length === 0 ? 0 : size(conversationOf(task, [], minCompaction(inputs)));
  const messages = conversationOf(task, steps, planCompaction(inputs, steps, fixed));
  const promptTokens = size(messages);
  const price = model.priceOf(agent.model)(promptTokens);
  const allowed = allowance({ budget, steps: steps.length, usage, price, promptTokens, maxTokens: maxAnswerTokens });
  if ("exceeded" in allowed) return allowed;
  const request = { tier: agent.model, system, tools: offered, messages, maxTokens: allowed.maxTokens };
  return { request, promptTokens };
}
