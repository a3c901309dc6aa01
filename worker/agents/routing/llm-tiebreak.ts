import { priced } from "../../billing/index.ts";
import type { Agent, Routing, Usage } from "../../contract/index.ts";
import { noUsage } from "../../contract/index.ts";
import { tokensIn } from "../model/estimate.ts";
import { type CallEnd, Meter } from "../model/meter.ts";
import type { ModelEvent, ModelPort } from "../model/port.ts";
import routerText from "../prompts/shared/router.md";

/** What a chooser said: one of the candidates, and why, in words. */
export type Choice = { agent: string; reason: string };
/** Chooses among a few agents; null where it cannot say. `usage` is what asking cost, answered or not. */
export type Chooser = {
  model: string;
  /** The most that asking can cost, in micro-dollars. */
  maxMicroUsd(prompt: string, candidates: Agent[]): number;
  choose(prompt: string, candidates: Agent[]): Promise<{ choice: Choice | null; usage: Usage }>;
};

/** A person waits: after this long the local choice stands. */
const tiebreakTimeoutMs = 2_000;
const maxPromptCharacters = 3_000;
const maxReasonLength = 200;
const maxAnswerTokens = 1_024;

/** The fast tier of a model as a chooser. It never throws. */
export function modelChooser(model: ModelPort, { timeoutMs = tiebreakTimeoutMs } = {}): Chooser {
  const price = model.priceOf("fast");
  return {
    model: model.modelId("fast"),
    maxMicroUsd(prompt, candidates) {
      // No text has more tokens than UTF-16 units.
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

/** The whole answer, or null where there was none in time. */
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
    .slice(0, maxReasonLength);
  return { agent: agent.name, reason: reason === "" ? "Best match for this prompt." : reason };
}

/** A routing with the chooser's choice put first; unchanged where it made none. */
export function withChoice(routing: Routing, choice: Choice | null): Routing {
  if (choice === null) return routing;
  const others = routing.candidates.filter(({ agent }) => agent !== choice.agent);
  const ofChosen = routing.candidates.find(({ agent }) => agent === choice.agent)?.score ?? 0;
  return {
    agent: choice.agent,
    // A second opinion that agrees says more than one that does not.
    confidence: choice.agent === routing.agent ? 0.9 : 0.75,
    reason: choice.reason,
    method: "model",
    candidates: [{ agent: choice.agent, score: ofChosen }, ...others],
  };
}
