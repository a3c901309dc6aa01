import { messageContentOf, type StoredStep } from "../../agents/index.ts";
import { type MessageContent, sanitizeJson, type Usage } from "../../contract/index.ts";

/** A step as the run's row stores it; `parts` is the number of message parts that it produced. */
export type PersistedStep = { step: number; stopReason: string; usage: Usage; parts: number };

/** A run's message and steps, as stored in Postgres. */
export type Conversation = { content: MessageContent[]; steps: PersistedStep[] };

/** The size above which a message's long texts are cut: one HTTP request to the database carries 10 MiB. */
const maxCharacters = 4_000_000;
/** Characters kept of a cut text. The files themselves are in the history. */
const persistedCharacters = 2_000;

/**
 * Converts a run's steps to the form stored in Postgres: the message's content in order, and the usage of each step.
 */
export function toStoredConversation(steps: StoredStep[]): Conversation {
  const content = sanitizeJson(messageContentOf(steps));
  return {
    content: JSON.stringify(content).length <= maxCharacters ? content : content.map(cutPart),
    steps: steps.map((stored) => ({
      step: stored.step,
      stopReason: stored.turn.stopReason,
      usage: stored.turn.usage,
      parts: messageContentOf([stored]).length,
    })),
  };
}

function cutPart(part: MessageContent): MessageContent {
  if (part.type === "text") return { ...part, text: cutText(part.text) };
  return part.type === "tool" ? { ...part, input: cutTexts(part.input), result: cutTexts(part.result) } : part;
}

const cutText = (text: string): string =>
  text.length <= persistedCharacters
    ? text
    : `${text.slice(0, persistedCharacters).toWellFormed()}… (${text.length - persistedCharacters} characters more)`;

function cutTexts(value: unknown): unknown {
  if (typeof value === "string") return cutText(value);
  if (Array.isArray(value)) return value.map(cutTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cutTexts(member)]));
}
