import type { Delta, StartedBlock, StreamEvent } from "./events.ts";

/** A block under way, with the JSON of its input as far as it has come. */
type Open = { block: StartedBlock; json: string };

/**
 * The non-streaming answer: the same events folded into one message.
 * A tool input whose JSON is broken is given as nothing, since a message cannot carry half of an object.
 */
export function collect(events: Iterable<StreamEvent>): object {
  let message = {};
  let usage = {};
  const open: Open[] = [];
  for (const event of events) {
    if (event.type === "message_start") {
      message = event.message;
      usage = event.message.usage;
    } else if (event.type === "content_block_start") open.push({ block: { ...event.content_block }, json: "" });
    else if (event.type === "content_block_delta") add(event.delta, open.at(-1));
    else if (event.type === "message_delta") {
      message = { ...message, ...event.delta };
      usage = { ...usage, ...event.usage };
    }
  }
  return { ...message, usage, content: open.map(closed) };
}

function add(delta: Delta, last: Open | undefined): void {
  if (!last) return;
  if (delta.type === "input_json_delta") last.json += delta.partial_json;
  else if (last.block.type === "text") last.block.text += delta.text;
}

function closed({ block, json }: Open): object {
  if (block.type === "text") return block;
  try {
    return { ...block, input: JSON.parse(json) };
  } catch {
    return { ...block, input: {} };
  }
}
