import type { RunEvent, RunEventType } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { parseRunEvent, runEventNames } from "../api/parse-event.ts";
import { eventsUrl, readNextEvent } from "../api/runs.ts";

const terminal: ReadonlySet<RunEventType> = new Set<RunEventType>(["run.completed", "run.failed", "run.cancelled"]);

export type StreamHandler = {
  /** Called with events in order, batched over 30 ms. */
  onEvents: (events: RunEvent[]) => void;
  onConnection: (connected: boolean) => void;
  /** Called when no more events will follow: the run has ended, or its events have expired. */
  onClosed: () => void;
};

/** Events that arrive within this many milliseconds are shown together. */
const groupMs = 30;
/** The same for a text above `longText` characters: each group copies the text, and a person sees only its end. */
const longGroupMs = 100;
const longText = 32_768;
/** The events that end the current text. */
const ends: ReadonlySet<RunEvent["type"]> = new Set(["step.started", "text.done", "tool.started", "tool.done"]);
const maxPauseMs = 10_000;

/** Returns the length of the streaming text after an event. */
function lengthAfter(event: RunEvent, length: number): number {
  if (event.type === "tool.delta") return length + event.json.length;
  if (event.type === "text.delta") return length + event.text.length;
  return ends.has(event.type) ? 0 : length;
}

/**
 * Follows a run's events after `after` until the run's end. EventSource itself resumes a broken connection
 * (Last-Event-ID). When EventSource gives up, as on a 503 of a restarting server, this checks whether more events
 * follow, and reconnects after the last received event.
 * @returns a function that stops following and releases the connection and the timers
 */
export function followRun(runId: string, after: number, handler: StreamHandler): () => void {
  let last = after;
  let pause = 500;
  let pending: RunEvent[] = [];
  let source: EventSource | null = null;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  /** The length of the streaming text, in characters. */
  let length = 0;

  const flush = () => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    const events = pending;
    pending = [];
    if (events.length > 0) handler.onEvents(events);
  };
  const stop = () => {
    stopped = true;
    source?.close();
    clearTimeout(flushTimer);
    clearTimeout(retryTimer);
  };
  const close = () => {
    flush();
    stop();
    handler.onClosed();
  };
  const take = (message: MessageEvent<string>) => {
    const event = parseRunEvent(message.data);
    last = Math.max(last, event.seq);
    pending.push(event);
    length = lengthAfter(event, length);
    if (terminal.has(event.type)) close();
    else flushTimer ??= setTimeout(flush, length > longText ? longGroupMs : groupMs);
  };
  const askAndRetry = async () => {
    const more = await isMoreToCome(runId, last);
    if (stopped) return;
    if (!more) close();
    else retryTimer = setTimeout(connect, pause);
    pause = Math.min(pause * 2, maxPauseMs);
  };
  const connect = () => {
    const opened = new EventSource(eventsUrl(runId, last));
    source = opened;
    for (const type of runEventNames) opened.addEventListener(type, take);
    opened.onopen = () => {
      pause = 500;
      handler.onConnection(true);
    };
    opened.onerror = () => {
      handler.onConnection(false);
      if (opened.readyState === EventSource.CLOSED && !stopped) void askAndRetry();
    };
  };
  connect();
  return stop;
}

/**
 * Checks what EventSource does not report: whether more events follow, or the run has ended, or its events have
 * expired.
 */
async function isMoreToCome(runId: string, after: number): Promise<boolean> {
  try {
    const page = await readNextEvent(runId, after);
    return page !== undefined && !(page.closed && page.upToDate && page.data.length === 0);
  } catch (error) {
    // A retry does not help after a 401, 404 or 410. It helps when the server is down.
    return !isApiError(error) || error.status === 0 || error.status >= 500 || error.status === 429;
  }
}
