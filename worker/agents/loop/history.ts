import type { Image, ImageType, Message, MessageContent } from "../../contract/index.ts";
import { contextWindowOf } from "../model/context-window.ts";
import type { ModelMessage, UserBlock } from "../model/port.ts";

/** The maximum number of characters of the earlier conversation that are included verbatim. */
const maxHistoryCharacters = 40_000;

/** Returns how many of these characters fit a model: at most a fifth of its context, at three characters per token. */
export const historyRoomOf = (modelId: string): number =>
  Math.min(maxHistoryCharacters, contextWindowOf(modelId) * 0.6);

type Split = {
  /** The oldest messages, which do not fit and are summarized. */
  older: Message[];
  /** The newest messages that fit, as the model receives them. */
  recent: ModelMessage[];
};

/**
 * Splits the earlier conversation. Omits the tools used: a model that reads tool calls as text starts to write them as
 * text.
 * @param room the number of characters for `recent`
 * @param images the images to include, by message id
 */
export function splitHistory(history: Message[], room: number, images?: ReadonlyMap<string, Image[]>): Split {
  let left = room;
  const firstThatFits = history.findLastIndex((message) => {
    left -= textOf(message).length;
    return left < 0;
  });
  const spoken = history.slice(firstThatFits + 1).flatMap((message): ModelMessage[] => {
    const text = wordsOf(message);
    const blocks = text === "" ? [] : [{ type: "text" as const, text }];
    if (message.role === "assistant") return blocks.length === 0 ? [] : [{ role: "assistant", content: blocks }];
    const content = [...imagesOf(message, images?.get(message.id)), ...blocks];
    return content.length === 0 ? [] : [{ role: "user", content }];
  });
  // A conversation must begin with a user message.
  const first = spoken.findIndex((message) => message.role === "user");
  return { older: history.slice(0, firstThatFits + 1), recent: first < 0 ? [] : spoken.slice(first) };
}

const wordsOf = ({ content }: Message): string =>
  content
    .map(textOfPart)
    .filter((text) => text.trim() !== "")
    .join("\n\n");

/** Returns the text of a message part for the model; empty for tools and images. */
function textOfPart(part: MessageContent): string {
  if (part.type === "text") return part.text;
  if (part.type !== "end") return "";
  return part.status === "failed" ? `This run failed: ${part.error?.detail ?? ""}`.trim() : "This run was cancelled.";
}

/** Returns a message's images, or placeholders when they are not included. */
const imagesOf = ({ content }: Message, sent: Image[] | undefined): UserBlock[] =>
  sent?.map((image) => ({ type: "image" as const, ...image })) ??
  content.flatMap((part) => (part.type === "image" ? [{ type: "text", text: nameOf(part.mediaType) }] : []));

const nameOf = (mediaType: ImageType): string =>
  `[image: an ${mediaType} was sent here, which is not at hand any more]`;

/** Returns a message's text, with placeholders for its images. */
export const textOf = (message: Message): string =>
  [...message.content.flatMap((part) => (part.type === "image" ? [nameOf(part.mediaType)] : [])), wordsOf(message)]
    .filter((text) => text !== "")
    .join("\n\n");

const maxLineLength = 240;
const maxDigestLength = 6_000;

/** Summarizes the older messages without a model: one line per message, and only the newest when there are too many. */
export function digestOf(older: Message[]): string {
  let left = maxDigestLength;
  const lines: string[] = [];
  for (const message of older.toReversed()) {
    const text = textOf(message).replace(/\s+/g, " ").trim();
    if (text === "") continue;
    const shortened = text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength)} …`;
    const line = `- ${message.role === "user" ? "The person" : "You"}: ${shortened}`;
    left -= line.length;
    if (left < 0) break;
    lines.unshift(line);
  }
  return lines.join("\n");
}
