import { messageContentOf, type StoredStep } from "../../agents/index.ts";
import type { MessageContent, Usage } from "../../contract/index.ts";
import { sanitizeJson } from "./sanitize-json.ts";

/** A step as the run's row keeps it; `parts` is how many of the message's parts it made. */
export type PersistedStep = { step: number; stopReason: string; usage: Usage; parts: number };

export type Conversation = { content: MessageContent[]; steps: PersistedStep[] };

/** One HTTP request to the database carries 10 MiB; beyond this much a message's long texts are cut. */
const maxCharacters = 4_000_000;
/** What of a long text is kept then. The files themselves are in the history. */
const persistedCharacters = 2_000;

/** What Postgres keeps of a run: what was said and done, in order, and which step did it at what cost. */
export function toStoredConversation(steps: StoredStep[]): Conversation {
  const content = sanitizeJson(messageContentOf(steps));
  return {
    content: JSON.stringify(content).length <= maxCharacters ? content : content.map(cutPart),
    steps: steps.map((one) => ({
      step: one.step,
      stopReason: one.turn.stopReason,
      usage: one.turn.usage,
      parts: messageContentOf([one]).length,
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
    : `${text.slice(0, persistedCharacters)}… (${text.length - persistedCharacters} characters more)`;

function cutTexts(value: unknown): unknown {
  if (typeof value === "string") return cutText(value);
  if (Array.isArray(value)) return value.map(cutTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cutTexts(member)]));
}
