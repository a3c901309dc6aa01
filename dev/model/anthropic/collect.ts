import type { Delta, StartedBlock, StreamEvent } from "./events.ts";

/** An open content block with its partial input JSON. */
type Open = { block: StartedBlock; json: string };

/**
 * Folds the events of a stream into the response to a request without `stream`. Omits a tool input whose JSON is
 * broken, since a message cannot carry half an object.
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
