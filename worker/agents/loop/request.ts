import type { Usage } from "../../contract/index.ts";
import type { ModelMessage, ModelRequest } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { allowance } from "./budget.ts";
import { minCompaction, planCompaction } from "./compaction.ts";
import { conversationOf, estimateTokens } from "./conversation.ts";
import type { RequestInputs } from "./loop-state.ts";

const maxAnswerTokens = 32_000;

/** A request, and what it is estimated to hold in tokens. */
export type Prepared = { request: ModelRequest; promptTokens: number };

/** The step's request, its answer limited by what is left of the budget. */
export function requestOf(asking: RequestInputs, steps: StoredStep[], usage: Usage): Prepared | { exceeded: string } {
  const { agent, system, tools, budget, model } = asking;
  const { history, prompt, images, earlierImages } = asking;
  const task = { history, prompt, images, earlierImages, earlier: asking.earlier?.text };
  const offered = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const size = (messages: ModelMessage[]): number =>
    estimateTokens({ system: system.stable + system.own, tools: offered, messages });
  const messages = conversationOf(
    task,
    steps,
    planCompaction(asking, steps, size(conversationOf(task, [], minCompaction(asking)))),
  );
  const promptTokens = size(messages);
  const price = model.priceOf(agent.model)(promptTokens);
  const allowed = allowance({ budget, steps: steps.length, usage, price, promptTokens, maxTokens: maxAnswerTokens });
  if ("exceeded" in allowed) return allowed;
  const request = { tier: agent.model, system, tools: offered, messages, maxTokens: allowed.maxTokens };
  return { request, promptTokens };
}
