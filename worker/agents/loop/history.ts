import type { Message } from "../../contract/index.ts";
import { contextOf } from "../model/context.ts";
import type { ModelMessage } from "../model/port.ts";

/** The most of the earlier conversation that goes with a prompt word for word, in characters. */
const mostHistory = 40_000;

/** How much of it a model has room for: a fifth of its context at most, at three characters to a token. */
export const historyRoomOf = (modelId: string): number => Math.min(mostHistory, contextOf(modelId) * 0.6);

type Split = {
  /** What does not fit: the oldest, whose sum a summary tells. */
  older: Message[];
  /** The newest that fit, as the model is told them. */
  recent: ModelMessage[];
};

/**
 * What was said before, in two parts. Not which tools were used: a model that reads of that as text begins to write it
 * instead of calling them.
 */
export function splitHistory(history: Message[], room: number): Split {
  let left = room;
  const firstThatFits = history.findLastIndex((message) => {
    left -= textOf(message).length;
    return left < 0;
  });
  const spoken = history.slice(firstThatFits + 1).flatMap((message): ModelMessage[] => {
    const text = textOf(message);
    return text === "" ? [] : [{ role: message.role, content: [{ type: "text", text }] }];
  });
  // A conversation begins with the person.
  const first = spoken.findIndex((message) => message.role === "user");
  return { older: history.slice(0, firstThatFits + 1), recent: first < 0 ? [] : spoken.slice(first) };
}

export const textOf = ({ content }: Message): string =>
  content.flatMap((part) => (part.type === "text" && part.text.trim() !== "" ? [part.text] : [])).join("\n\n");

const longestLine = 240;
const longestDigest = 6_000;

/** The older part in a line for each message, made without a model; the newest lines are kept where they are too many. */
export function digestOf(older: Message[]): string {
  let left = longestDigest;
  const lines: string[] = [];
  for (const message of older.toReversed()) {
    const text = textOf(message).replace(/\s+/g, " ").trim();
    if (text === "") continue;
    const shown = text.length <= longestLine ? text : `${text.slice(0, longestLine)} …`;
    const line = `- ${message.role === "user" ? "The person" : "You"}: ${shown}`;
    left -= line.length;
    if (left < 0) break;
    lines.unshift(line);
  }
  return lines.join("\n");
}
