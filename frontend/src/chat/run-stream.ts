import type { RunEvent, RunEventType } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { parseRunEvent, runEventNames } from "../api/parse-event.ts";
import { eventsUrl, readNextEvent } from "../api/runs.ts";

const terminal: ReadonlySet<RunEventType> = new Set<RunEventType>(["run.completed", "run.failed", "run.cancelled"]);

export type StreamHandler = {
  /** Events in order; what comes within some 30 ms comes together. */
  onEvents: (events: RunEvent[]) => void;
  onConnection: (connected: boolean) => void;
  /** Nothing more will come: the run has ended, or its events are gone. */
  onClosed: () => void;
};

const groupMs = 30;
const maxPauseMs = 10_000;

/**
 * Follows a run from `after` to its end. The browser resumes a broken connection by itself (Last-Event-ID); where it gives
 * up, as on a 503 of a restarting server, this asks whether more is to come and connects again behind the last event seen.
 * @returns what stops it and lets go of the connection and the timers
 */
export function followRun(runId: string, after: number, handler: StreamHandler): () => void {
  let last = after;
  let pause = 500;
  let pending: RunEvent[] = [];
  let source: EventSource | null = null;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

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
    if (terminal.has(event.type)) close();
    else flushTimer ??= setTimeout(flush, groupMs);
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

/** What EventSource does not tell: whether it was closed because the run has ended or its events are gone. */
async function isMoreToCome(runId: string, after: number): Promise<boolean> {
  try {
    const page = await readNextEvent(runId, after);
    return page !== undefined && !(page.closed && page.upToDate && page.data.length === 0);
  } catch (error) {
    // 401, 404 and 410 will not become better by asking again; a server that is down will.
    return !isApiError(error) || error.status === 0 || error.status >= 500 || error.status === 429;
  }
}
