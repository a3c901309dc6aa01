import MiniSearch, { type SearchResult } from "minisearch";
import type { Agent, Routing } from "../contract/index.ts";
import { mentionedIn } from "./mention.ts";
import type { Registry } from "./registry.ts";
import { cluesIn, proseOf, termOf, termsOf } from "./router-terms.ts";

export const fallback = "fullstack";

const mostCandidates = 5;
/** A prompt can be a pasted log of many pages; what it wants is said near its beginning or its end. */
const mostText = 4_000;

/** Chooses the agent for a prompt. A small model could choose among `candidates` where the confidence is low. */
export type Router = { route(prompt: string, explicit?: string): Routing };

/**
 * A router over a registry: an agent named by the caller wins, then an `@name` in the prompt, then the best match of
 * the prompt's words with each agent's keywords, examples and description (BM25+).
 */
export function routerOf(registry: Registry): Router {
  const index = indexOf(registry.list());
  return {
    /** @throws AppError `unknown_agent` where `explicit` names none; an unknown @name in a prompt is just text */
    route(prompt, explicit) {
      if (explicit !== undefined) return named(registry.get(explicit), "You chose this agent.");
      const mention = mentionedIn(prompt, (name) => registry.find(name) !== undefined);
      if (mention !== null) return named(registry.get(mention), `The prompt names @${mention}.`);
      return ranked(registry, index, prompt);
    },
  };
}

const named = ({ name }: Agent, reason: string): Routing => ({
  agent: name,
  confidence: 1,
  reason,
  method: "mention",
  candidates: [{ agent: name, score: 1 }],
});

function indexOf(agents: Agent[]): MiniSearch {
  const index = new MiniSearch({
    idField: "name",
    fields: ["name", "keywords", "examples", "description"],
    processTerm: termOf,
  });
  index.addAll(
    agents.map(({ name, keywords, examples, description }) => ({
      name,
      keywords: keywords.join(" "),
      examples: examples.map(proseOf).join(" "),
      description,
    })),
  );
  return index;
}

function ranked(registry: Registry, index: MiniSearch, prompt: string): Routing {
  const text = prompt.length > mostText ? `${prompt.slice(0, mostText / 2)} ${prompt.slice(-mostText / 2)}` : prompt;
  const said = proseOf(text);
  const results = index.search(`${said} ${cluesIn(text).join(" ")}`, {
    boost: { name: 3, keywords: 2.5, examples: 1.5, description: 1 },
    prefix: (term) => term.length > 3,
    fuzzy: (term) => (term.length > 5 ? 0.2 : false),
    weights: { prefix: 0.4, fuzzy: 0.25 },
    // What is wanted is mostly said first: "Fix …", "Explain …", "Make …".
    boostTerm: (_term, place) => (place === 0 ? 3.5 : place === 1 ? 1.4 : 1),
  });
  const chosen = favouringTheVerb(results, said).filter((result) => result.id === fallback || isClear(result, said));
  const [best, second] = chosen;
  if (best === undefined) return unmatched(registry);
  const title = registry.get(String(best.id)).title;
  const runnerUp = second === undefined ? "" : `; next was ${registry.get(String(second.id)).title}`;
  return {
    agent: String(best.id),
    confidence: confidenceOf(best, second),
    reason: `${title} fits ${wordsOf(best)} best${runnerUp}.`,
    method: "lexical",
    candidates: chosen.slice(0, mostCandidates).map(({ id, score }) => ({ agent: String(id), score: rounded(score) })),
  };
}

/** Whether the prompt begins with one of the agent's own words. */
function beginsAsIts({ match }: SearchResult, said: string): boolean {
  const fields = match[termsOf(said)[0] ?? ""] ?? [];
  return fields.includes("keywords") || fields.includes("name");
}

/** "Plan a todo list" is for the planner, much as "todo list" speaks for another: a verb that one specialist alone has weighs more. */
function favouringTheVerb(results: SearchResult[], said: string): SearchResult[] {
  const owners = results.filter((result) => beginsAsIts(result, said));
  const [owner] = owners;
  if (owner === undefined || owners.length > 1 || owner.id === fallback) return results;
  return results
    .map((result) => (result === owner ? { ...result, score: result.score * 1.4 } : result))
    .toSorted((one, other) => other.score - one.score);
}

/** Whether more than a chance word speaks for a specialist: two words, a question, or one of its own words said first. */
const isClear = (result: SearchResult, said: string): boolean =>
  new Set(result.queryTerms).size > 1 || said.includes("?") || beginsAsIts(result, said);

/** The margin over the runner-up, from one half (none at all) to almost certain; less where a single word decides. */
function confidenceOf(best: SearchResult, second: SearchResult | undefined): number {
  const margin = (best.score - (second?.score ?? 0)) / best.score;
  const most = new Set(best.queryTerms).size > 1 ? 0.95 : 0.75;
  return rounded(Math.min(most, 0.5 + margin / 2));
}

function wordsOf({ queryTerms }: SearchResult): string {
  const words = [...new Set(queryTerms)].slice(0, 4).map((term) => `“${term}”`);
  const last = words.pop();
  return words.length === 0 ? `the word ${last}` : `the words ${words.join(", ")} and ${last}`;
}

function unmatched(registry: Registry): Routing {
  const agent = registry.find(fallback) ?? registry.list()[0];
  const name = agent?.name ?? fallback;
  return {
    agent: name,
    confidence: 0.1,
    reason: `No agent stands out for this prompt, so it goes to ${agent?.title ?? name}, who does a bit of everything.`,
    method: "lexical",
    candidates: [{ agent: name, score: 0 }],
  };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
