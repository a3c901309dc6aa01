import type { StreamEvent } from "./events.ts";

type Started = { type: string; text?: string; input?: unknown };

/**
 * The non-streaming answer: the same events folded into one message.
 * A tool input whose JSON is broken is given as the API gives it after a cut: with what could be read, here nothing.
 */
export function collect(events: Iterable<StreamEvent>): Record<string, unknown> {
  let message: Record<string, unknown> = {};
  const content: Started[] = [];
  const json: string[] = [];
  for (const event of events) {
    if (event.type === "message_start") message = { ...(event.message as Record<string, unknown>) };
    if (event.type === "content_block_start") content.push({ ...(event.content_block as Started) });
    if (event.type === "content_block_delta") add(event.delta as Record<string, unknown>, content, json);
    if (event.type === "message_delta") {
      const usage = { ...(message.usage as object), ...(event.usage as object) };
      message = { ...message, ...(event.delta as object), usage };
    }
  }
  for (const [place, text] of json.entries()) {
    const block = content[place];
    if (text && block) block.input = parseOrEmpty(text);
  }
  return { ...message, content };
}

function add(delta: Record<string, unknown>, content: Started[], json: string[]): void {
  const block = content.at(-1);
  if (!block) return;
  if (typeof delta.text === "string") block.text = (block.text ?? "") + delta.text;
  if (typeof delta.partial_json === "string") {
    const place = content.length - 1;
    json[place] = (json[place] ?? "") + delta.partial_json;
  }
}

function parseOrEmpty(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
