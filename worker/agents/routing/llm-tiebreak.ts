import { priced } from "../../billing/index.ts";
import type { Agent, Routing, Usage } from "../../contract/index.ts";
import { noUsage } from "../../contract/index.ts";
import { tokensIn } from "../model/estimate.ts";
import { type CallEnd, Meter } from "../model/meter.ts";
import type { ModelEvent, ModelPort } from "../model/port.ts";
import routerText from "../prompts/shared/router.md";

/** A chooser's choice: one of the candidates, and the reason in words. */
export type Choice = { agent: string; reason: string };
/**
 * Chooses among a few agents; `choice` is null without a usable answer. `usage` is the cost, with or without an answer.
 */
export type Chooser = {
  model: string;
  /** Returns the maximum cost of a call in micro-dollars. */
  maxMicroUsd(prompt: string, candidates: Agent[]): number;
  choose(prompt: string, candidates: Agent[]): Promise<{ choice: Choice | null; usage: Usage }>;
};

/** Timeout after which the classifier's choice stands, because a person is waiting. */
const tiebreakTimeoutMs = 2_000;
const maxPromptCharacters = 3_000;
const maxReasonLength = 200;
const maxAnswerTokens = 1_024;

/** Returns a chooser that asks the fast tier of a model. It never throws. */
export function modelChooser(model: ModelPort, { timeoutMs = tiebreakTimeoutMs } = {}): Chooser {
  const price = model.priceOf("fast");
  return {
    model: model.modelId("fast"),
    maxMicroUsd(prompt, candidates) {
      // A text never has more tokens than UTF-16 units.
      const inputTokens = routerText.length + questionOf(prompt, candidates).length;
      return priced({ ...noUsage, inputTokens, outputTokens: maxAnswerTokens }, price).microUsd;
    },
    async choose(prompt, candidates) {
      const signal = AbortSignal.timeout(timeoutMs);
      const question = questionOf(prompt, candidates);
      const request = {
        tier: "fast" as const,
        system: { stable: routerText.trim(), own: "" },
        tools: [],
        messages: [{ role: "user" as const, content: [{ type: "text" as const, text: question }] }],
        maxTokens: maxAnswerTokens,
      };
      const meter = new Meter(request, tokensIn(routerText + question));
      const { text, end } = await heard(model.stream(request, signal), meter, signal);
      return { choice: text === null ? null : choiceIn(text, candidates), usage: priced(meter.usage(end), price) };
    },
  };
}

function questionOf(prompt: string, candidates: Agent[]): string {
  const shown =
    prompt.length > maxPromptCharacters
      ? `${prompt.slice(0, maxPromptCharacters / 2)} … ${prompt.slice(-maxPromptCharacters / 2)}`
      : prompt;
  const agents = candidates.map(({ name, description }) => `- ${name}: ${JSON.stringify(description.slice(0, 400))}`);
  return ["The agents:", ...agents, "", `The prompt: ${JSON.stringify(shown.toWellFormed())}`].join("\n");
}

/** Reads the complete answer; null when it did not arrive in time. */
async function heard(
  stream: AsyncIterable<ModelEvent>,
  meter: Meter,
  signal: AbortSignal,
): Promise<{ text: string | null; end: CallEnd }> {
  let text = "";
  for await (const event of stream) {
    meter.hear(event);
    if (event.type === "text") text += event.text;
    if (event.type === "done") return { text, end: "whole" };
    if (event.type === "failed" || signal.aborted) break;
  }
  return { text: null, end: signal.aborted ? "cancelled" : "broken" };
}

function choiceIn(text: string, candidates: Agent[]): Choice | null {
  const [, name = "", said = ""] = /^[\s*`"@-]*([a-z][a-z0-9-]*)[\s*`"]*(?:[:–—-]\s*([^\n]*))?/i.exec(text) ?? [];
  const agent = candidates.find((candidate) => candidate.name === name.toLowerCase());
  if (!agent) return null;
  const reason = said
    .replace(/[\p{C}]/gu, " ")
    .trim()
    .slice(0, maxReasonLength)
    .toWellFormed();
  return { agent: agent.name, reason: reason === "" ? "Best match for this prompt." : reason };
}

/** Moves the chooser's choice to the front of a routing; returns it unchanged without a choice. */
export function withChoice(routing: Routing, choice: Choice | null): Routing {
  if (choice === null) return routing;
  const others = routing.candidates.filter(({ agent }) => agent !== choice.agent);
  const ofChosen = routing.candidates.find(({ agent }) => agent === choice.agent)?.score ?? 0;
  return {
    agent: choice.agent,
    // A model that agrees with the classifier raises the confidence more than a model that disagrees.
    confidence: choice.agent === routing.agent ? 0.9 : 0.75,
    reason: choice.reason,
    method: "model",
    candidates: [{ agent: choice.agent, score: ofChosen }, ...others],
  };
}
