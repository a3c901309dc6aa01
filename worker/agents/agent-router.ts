import type { Agent, Routing } from "../contract/index.ts";
import { type AgentRegistry, builtIn } from "./agent-registry.ts";
import { addressedIn, mentionedIn } from "./mention.ts";
import { type Ranked, Ranker } from "./routing/rank.ts";
import { packedLessons } from "./routing/training-corpus.ts";
import { lessonsOf } from "./routing/training-examples.ts";

/** The agent for prompts for which no agent stands out. */
const fallback = "fullstack";

const maxCandidates = 5;
/** Below this share no agent stands out among twenty. */
const minShare = 0.15;
/** At or above this share the first choice was right for 97 % of the held-out prompts; below it, for two thirds. */
const clearShare = 0.6;

/**
 * The minimum share for an agent that cannot write files, because a change request to a read-only agent wastes a run.
 */
const minReaderShare = 0.35;

/** Chooses a prompt's agent synchronously and without the network. */
export type AgentRouter = { route(prompt: string, explicit?: string): Routing };

let learnt: Ranker | undefined;
/** Trains the classifier on the built-in agents' examples, once per isolate, when its first prompt arrives. */
const ranker = (): Ranker => {
  learnt ??= new Ranker([...builtIn.list().flatMap(lessonsOf), ...packedLessons()]);
  return learnt;
};

/**
 * Creates a router over a registry. An agent named by the caller wins, then an `@name` in the prompt, then the
 * classifier's best match.
 */
export function routerOf(registry: AgentRegistry): AgentRouter {
  const own = registry.list().filter(({ name }) => builtIn.find(name) === undefined);
  return {
    /**
     * @throws AppError `unknown_agent` when `explicit` names none; an unknown @name in a prompt only changes the reason
     */
    route(prompt, explicit) {
      if (explicit !== undefined) return named(registry.get(explicit), "You chose this agent.");
      const mention = mentionedIn(prompt, (name) => registry.find(name) !== undefined);
      if (mention !== null) return named(registry.get(mention), `The prompt names @${mention}.`);
      const ranked = ranker().rank(prompt, (name) => registry.find(name) !== undefined, own);
      return notingUnknown(prompt, chosen(registry, favouringWriters(registry, ranked)));
    },
  };
}

/** Prefixes a routing's reason when the prompt begins with the name of an unknown agent. */
export function notingUnknown(prompt: string, routing: Routing): Routing {
  const name = addressedIn(prompt);
  return name === null ? routing : { ...routing, reason: `Unknown agent @${name}. ${routing.reason}` };
}

/** Whether the classifier's choice is too uncertain to be used without asking a model. */
export const isClose = ({ method, confidence }: Routing): boolean => method === "lexical" && confidence < clearShare;

const named = ({ name }: Agent, reason: string): Routing => ({
  agent: name,
  confidence: 1,
  reason,
  method: "mention",
  candidates: [{ agent: name, score: 1 }],
});

function chosen(registry: AgentRegistry, ranked: Ranked[]): Routing {
  const [best] = ranked;
  if (best === undefined || best.share < minShare) return unmatched(registry, ranked);
  return {
    agent: best.agent,
    // A confidence of 1 is reserved for explicit choices.
    confidence: Math.min(0.99, rounded(best.share)),
    reason: reasonOf(best.words),
    method: "lexical",
    candidates: candidatesOf(ranked),
  };
}

const canWrite = ({ tools }: Agent): boolean => tools.includes("write_files") || tools.includes("edit_file");

/** Moves the best agent that can write ahead of a read-only agent whose share is too low. */
function favouringWriters(registry: AgentRegistry, ranked: Ranked[]): Ranked[] {
  const [best] = ranked;
  if (best === undefined || best.share >= minReaderShare || canWrite(registry.get(best.agent))) return ranked;
  const writer = ranked.find(({ agent }) => canWrite(registry.get(agent)));
  return writer === undefined ? ranked : [writer, ...ranked.filter((candidate) => candidate !== writer)];
}

const candidatesOf = (ranked: Ranked[]): Routing["candidates"] =>
  ranked.slice(0, maxCandidates).map(({ agent, share }) => ({ agent, score: rounded(share) }));

/** Names the words of the prompt that decided, if any. */
const reasonOf = (words: string[]): string =>
  words.length === 0 ? "Best match for this prompt." : `Picked for: ${words.map((word) => `“${word}”`).join(", ")}.`;

function unmatched(registry: AgentRegistry, ranked: Ranked[]): Routing {
  const agent = registry.find(fallback) ?? registry.list()[0];
  const name = agent?.name ?? fallback;
  const others = candidatesOf(ranked.filter((candidate) => candidate.agent !== name)).slice(0, maxCandidates - 1);
  return {
    agent: name,
    confidence: 0.1,
    reason: "General request.",
    method: "lexical",
    candidates: [
      { agent: name, score: 0.1 },
      ...others.map(({ agent, score }) => ({ agent, score: Math.min(0.1, score) })),
    ],
  };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
