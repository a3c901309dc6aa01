import type { Usage } from "../../contract/index.ts";
import type { TurnEnd } from "../model/port.ts";

// The events of a streamed message, named as in the Messages API, so that its clients can read an app's stream.

type Begun = { id: string; model: string };

const event = (type: string, fields: Record<string, unknown>): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** Returns the message as it begins; with `text` and `stop`, as it ends. */
export const messageOf = ({ id, model }: Begun, text: string | null, stop: TurnEnd | null, usage: Usage | null) => ({
  id,
  type: "message",
  role: "assistant",
  model,
  content: text === null ? [] : [{ type: "text", text }],
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: usage?.inputTokens ?? 0, output_tokens: usage?.outputTokens ?? 0 },
});

/** Returns the events that begin a message with one text block, as Server-Sent Events. */
export const begins = (begun: Begun): string =>
  event("message_start", { message: messageOf(begun, null, null, null) }) +
  event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });

/** Returns the event for another piece of text. */
export const goesOn = (text: string): string =>
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });

/** Returns the events that end a message, with its stop reason and token counts. */
export const ends = (stop: TurnEnd, usage: Usage): string =>
  event("content_block_stop", { index: 0 }) +
  event("message_delta", {
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: usage.outputTokens },
  }) +
  event("message_stop", {});

/** Returns the event for a message that was cut off. @param detail a sentence for the app */
export const fails = (detail: string): string => event("error", { error: { type: "api_error", message: detail } });
