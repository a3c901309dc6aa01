import type { Usage } from "../../contract/index.ts";
import type { ModelMessage, ModelRequest } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { allowance } from "./budget.ts";
import { conversationOf, estimateTokens } from "./conversation.ts";
import { leastLeftOut, leftOutOf } from "./make-room.ts";
import type { Asking } from "./run.ts";

const longestAnswer = 32_000;

/** A request, and what it is estimated to hold in tokens. */
export type Prepared = { request: ModelRequest; promptTokens: number };

/** The step's request, its answer limited by what is left of the budget. */
export function requestOf(asking: Asking, steps: StoredStep[], usage: Usage): Prepared | { exceeded: string } {
  const { agent, system, tools, budget, model } = asking;
  const { history, prompt, images, earlierImages } = asking;
  const task = { history, prompt, images, earlierImages, earlier: asking.earlier?.text };
  const offered = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const size = (messages: ModelMessage[]): number =>
    estimateTokens({ system: system.stable + system.own, tools: offered, messages });
  const messages = conversationOf(
    task,
    steps,
    leftOutOf(asking, steps, size(conversationOf(task, [], leastLeftOut(asking)))),
  );
  const promptTokens = size(messages);
  const price = model.priceOf(agent.model)(promptTokens);
  const allowed = allowance({ budget, steps: steps.length, usage, price, promptTokens, maxTokens: longestAnswer });
  if ("exceeded" in allowed) return allowed;
  const request = { tier: agent.model, system, tools: offered, messages, maxTokens: allowed.maxTokens };
  return { request, promptTokens };
}
