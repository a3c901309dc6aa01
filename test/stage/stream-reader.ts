import { setTimeout as pause } from "node:timers/promises";
import { isTerminal, type RunEvent, runEvent } from "../../worker/contract/index.ts";
import type { Caller } from "./caller.ts";

/** Yields the event of each complete frame of a stream; drops a truncated one. */
export async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<RunEvent> {
  let rest = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + chunk).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const event = eventOf(frame);
      if (event !== null) yield event;
    }
  }
}

/** Parses the event in a frame; null for a comment or a `retry`. */
function eventOf(frame: string): RunEvent | null {
  const lines = frame.split("\n");
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field("data");
  if (data === undefined) return null;
  const event = runEvent.parse(JSON.parse(data));
  if (field("id") !== String(event.seq) || field("event") !== event.type) throw new Error(`odd frame: ${frame}`);
  return event;
}

export type Watched = { events: RunEvent[]; connections: number };
type Watching = {
  /** Called after each event; true cuts the connection there. */
  cut?: () => boolean;
  /** Called with each event on arrival. */
  onEvent?: (event: RunEvent) => void;
};

/**
 * Watches a run's stream as a browser does: reconnects after every broken connection with the number of the last event
 * received, until the terminal event.
 * @returns the events exactly as received, without correction
 */
export async function watch(caller: Caller, runId: string, watching: Watching = {}): Promise<Watched> {
  const events: RunEvent[] = [];
  for (let connections = 1; ; connections += 1) {
    const gone = new AbortController();
    try {
      const hasEnded = await watchOnce(caller, runId, events, watching, gone.signal);
      if (hasEnded) return { events, connections };
    } catch (error) {
      if (!isBroken(error)) throw error;
      await pause(100);
    } finally {
      gone.abort();
    }
  }
}

/**
 * Reads one connection until it ends.
 * @returns whether the run has ended
 */
async function watchOnce(
  caller: Caller,
  runId: string,
  events: RunEvent[],
  { cut, onEvent }: Watching,
  signal: AbortSignal,
): Promise<boolean> {
  const lastSeen = events.at(-1)?.seq;
  const headers = {
    Accept: "text/event-stream",
    ...(lastSeen === undefined ? {} : { "Last-Event-ID": String(lastSeen) }),
  };
  const answer = await caller.request(`/v1/runs/${runId}/events`, { headers, signal });
  if (answer.status === 204) return true;
  if (answer.status !== 200 || answer.body === null) {
    const text = await answer.text();
    if (answer.status < 500) throw new Error(`${answer.status} ${text}`);
    throw new TypeError(`the server is starting again: ${answer.status} ${text}`);
  }
  for await (const event of framesOf(answer.body)) {
    events.push(event);
    onEvent?.(event);
    if (isTerminal(event.type)) return true;
    if (cut?.()) return false;
  }
  return false;
}

/** fetch throws a TypeError for a connection that was refused, reset or ended in the middle. */
const isBroken = (error: unknown): boolean => error instanceof TypeError;
