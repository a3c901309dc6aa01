import { Stream } from "@anthropic-ai/sdk/streaming";
import { WatchedBody } from "./idle-timeout.ts";
import { withBody } from "./with-body.ts";

/** An event of the stream as its server sent it: a JSON object with a type, or a substitute for it. */
export type StreamEvent =
  | { kind: "event"; type: string; data: Record<string, unknown> }
  /** The sentinel that ends the streams of another API. */
  | { kind: "done" }
  | { kind: "foreign"; what: ForeignBody; text: string };

/** The kind of body that was sent in place of the Messages API's stream. */
type ForeignBody = "web_page" | "other_api" | "not_json";

/** Whether a JSON value is an object, not an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Parses a response's body as events, tolerant of its framing: with or without `event:` lines, any line ends, comments,
 * a `[DONE]`, and a complete message or one JSON line per event in place of a stream.
 */
export async function* streamEvents(response: Response): AsyncGenerator<StreamEvent> {
  if (response.body === null) return;
  // A WatchedBody is read chunk by chunk; any other body is a plain stream.
  const body: AsyncIterable<Uint8Array> = response.body;
  const watched = body instanceof WatchedBody ? body : null;
  const pieces = body[Symbol.asyncIterator]();
  const { head, first } = await headOf(pieces);
  if (first === "{" || first === "[" || first === "<") {
    yield* wholeEvents(await restOf(head, pieces));
    return;
  }
  for await (const { event, data } of Stream.rawEvents(withBody(new Response(), resumed(head, pieces)))) {
    watched?.taken();
    const found = eventFrom(data, event);
    if (found !== null) yield found;
  }
}

/**
 * Reads the chunks up to the first character that is not white space.
 * @returns the chunks and that character
 */
async function headOf(pieces: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array[]; first: string }> {
  const head: Uint8Array[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done) return { head, first: "" };
    head.push(next.value);
    const first = new TextDecoder().decode(next.value).trimStart().charAt(0);
    if (first !== "") return { head, first };
  }
}

async function* resumed(head: Uint8Array[], pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isOver = false;
  try {
    yield* head;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    isOver = true;
  } finally {
    if (!isOver) await pieces.return?.();
  }
}

async function restOf(head: Uint8Array[], pieces: AsyncIterator<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of resumed(head, pieces)) text += decoder.decode(piece, { stream: true });
  return (text + decoder.decode()).trim();
}

/** Parses a body that is not an event stream: one message, or one event per line. */
function* wholeEvents(text: string): Generator<StreamEvent> {
  if (text.startsWith("<")) {
    yield { kind: "foreign", what: "web_page", text };
    return;
  }
  const whole = parsed(text);
  const values =
    whole === undefined
      ? text
          .split("\n")
          .filter((line) => line.trim() !== "")
          .map(parsed)
      : [whole].flat();
  for (const value of values)
    yield isRecord(value) ? eventOf(value, null) : { kind: "foreign", what: "not_json", text };
}

function eventFrom(data: string, name: string | null): StreamEvent | null {
  const text = data.trim();
  if (text === "") return name === "message_stop" ? { kind: "event", type: name, data: {} } : null;
  if (text === "[DONE]") return { kind: "done" };
  const value = parsed(text);
  if (isRecord(value)) return eventOf(value, name);
  if (name === "error") return { kind: "event", type: "error", data: { error: { message: text } } };
  return name === "ping" ? null : { kind: "foreign", what: "not_json", text };
}

function eventOf(data: Record<string, unknown>, name: string | null): StreamEvent {
  if (typeof data.type === "string") return { kind: "event", type: data.type, data };
  if (data.error !== undefined && data.error !== null) return { kind: "event", type: "error", data };
  if (Array.isArray(data.choices)) return { kind: "foreign", what: "other_api", text: JSON.stringify(data) };
  return { kind: "event", type: name ?? "", data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the caller handles it
  }
}
