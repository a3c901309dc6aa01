import { randomBytes } from "node:crypto";
import type { Turn } from "../turn.ts";
import type { InputUsage } from "./usage.ts";

export type Delta = { type: "text_delta"; text: string } | { type: "input_json_delta"; partial_json: string };
export type StartedBlock =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };
type Started = ReturnType<typeof message>;
type Ended = { stop_reason: string; stop_sequence: null; stop_details: object | null; container: null };

/** An event of the stream. `type` is also the name of the server-sent event. */
export type StreamEvent =
  | { type: "message_start"; message: Started }
  | { type: "content_block_start"; index: number; content_block: StartedBlock }
  | { type: "content_block_delta"; index: number; delta: Delta }
  | { type: "content_block_stop"; index: number }
  | { type: "message_delta"; delta: Ended; usage: InputUsage & { output_tokens: number } }
  | { type: "message_stop" }
  | { type: "ping" };

/** Options for rendering a turn as a response. */
export type ResponseOptions = {
  model: string;
  usage: InputUsage;
  maxTokens: number;
  /** Tools whose input is streamed as it is written, instead of one complete property at a time. */
  eager: ReadonlySet<string>;
  broken?: "bad_tool_json" | "max_tokens" | "refusal" | "pause_turn";
};

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Returns an id in the API's format, unique even among identical responses. */
export const newId = (prefix: string): string =>
  `${prefix}_01${[...randomBytes(22)].map((byte) => alphabet[byte % alphabet.length]).join("")}`;

const message = (manner: ResponseOptions) => ({
  model: manner.model,
  id: newId("msg"),
  type: "message",
  role: "assistant",
  content: [],
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  usage: {
    ...manner.usage,
    cache_creation: {
      ephemeral_5m_input_tokens: manner.usage.cache_creation_input_tokens,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: 1,
    service_tier: "standard",
  },
});

/** Splits a text into deltas of one to three words, the size in which a model's tokens arrive. */
const textPieces = (text: string): string[] => text.match(/\s*\S{1,24}(?:\s+\S{1,4}(?=\s))?|\s+$/gu) ?? [];

const jsonPieces = (input: Record<string, unknown>, eager: boolean): string[] => {
  const json = JSON.stringify(input);
  if (eager) return json.match(/[\s\S]{1,32}/gu) ?? [];
  const properties = Object.entries(input).map(
    ([key, value], place) => `${place === 0 ? "{" : ", "}${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return properties.length === 0 ? ["{}"] : [...properties, "}"];
};

const half = <T>(list: T[]): T[] => list.slice(0, Math.max(1, Math.floor(list.length / 2)));

type Sketch = { start: StartedBlock; deltas: Iterable<Delta> };

function* textDeltas(pieces: Iterable<string>): Generator<Delta> {
  for (const text of pieces) yield { type: "text_delta", text };
}

function* inputDeltas(pieces: Iterable<string>): Generator<Delta> {
  // The API starts every tool input with an empty delta.
  yield { type: "input_json_delta", partial_json: "" };
  for (const partial_json of pieces) yield { type: "input_json_delta", partial_json };
}

function sketch(turn: Turn, manner: ResponseOptions): Sketch[] {
  if (manner.broken === "refusal") return [];
  const pauses = manner.broken === "pause_turn";
  const stops = pauses || manner.broken === "max_tokens";
  const calls = pauses ? [] : (turn.calls ?? []);
  const pieces = turn.deltas ?? (turn.text ? textPieces(turn.text) : undefined);
  const text = pieces && stops && calls.length === 0 ? half([...pieces]) : pieces;
  const blocks: Sketch[] = text ? [{ start: { type: "text", text: "" }, deltas: textDeltas(text) }] : [];
  for (const [place, call] of calls.entries()) {
    const last = place === calls.length - 1;
    const whole = jsonPieces(call.input, manner.broken !== undefined || manner.eager.has(call.name));
    const cut = last && manner.broken !== undefined;
    // An input without properties is a single piece: when broken, it keeps its first character.
    const sent = !cut ? whole : whole.length === 1 ? [(whole[0] ?? "{").slice(0, 1)] : half(whole);
    blocks.push({
      start: { type: "tool_use", id: newId("toolu"), name: call.name, input: {} },
      deltas: inputDeltas(sent),
    });
  }
  return blocks;
}

const stopReasonOf = (turn: Turn, manner: ResponseOptions): string => {
  if (manner.broken !== undefined && manner.broken !== "bad_tool_json") return manner.broken;
  return turn.calls && turn.calls.length > 0 ? "tool_use" : "end_turn";
};

/** Renders a turn as the events of a stream, in the order of the Messages API. Truncates a response at `max_tokens`. */
export function* eventsOf(turn: Turn, manner: ResponseOptions): Generator<StreamEvent> {
  yield { type: "message_start", message: message(manner) };
  let characters = 0;
  let stopReason = stopReasonOf(turn, manner);
  for (const [index, block] of sketch(turn, manner).entries()) {
    if (stopReason === "max_tokens" && manner.broken === undefined) break;
    yield { type: "content_block_start", index, content_block: block.start };
    if (index === 0) yield { type: "ping" };
    for (const delta of block.deltas) {
      characters += delta.type === "text_delta" ? delta.text.length : delta.partial_json.length;
      if (characters / 4 > manner.maxTokens) {
        stopReason = "max_tokens";
        break;
      }
      yield { type: "content_block_delta", index, delta };
    }
    yield { type: "content_block_stop", index };
  }
  const details =
    stopReason === "refusal"
      ? { type: "refusal", category: null, explanation: "Refused on request (scripted model)." }
      : null;
  yield {
    type: "message_delta",
    delta: { stop_reason: stopReason, stop_sequence: null, stop_details: details, container: null },
    usage: { ...manner.usage, output_tokens: characters === 0 ? 1 : Math.ceil(characters / 4) },
  };
  yield { type: "message_stop" };
}
