import { addHistogram, countIn, type Histogram } from "../../contract/index.ts";

/** The requests to one route in a minute. */
export type RouteMinute = {
  requests: number;
  /** Responses with a 4xx. */
  clientErrors: number;
  /** Responses with a 5xx. */
  serverErrors: number;
  latency: Histogram;
  databaseMs: number;
  databaseCalls: number;
};

/** A request that failed with a 5xx, for people who look for it in the log. */
export type Fault = { at: string; requestId: string; route: string; status: number; code: string | null };

/** A statement that took longer than a second: its name, never its values. */
export type SlowQuery = { name: string; ms: number };

/** Counters of a minute besides its requests; a gauge is a counter that has a single writer. */
export type CounterName =
  | "failed_sign_ins"
  | "limiter_degraded"
  | "model_calls"
  | "model_failures"
  | "model_tokens"
  | "deliveries_lag_seconds"
  | "due_deliveries"
  | "queued_runs"
  | "open_runs"
  | "spend_differences"
  | "backup_age_seconds";
export type Counters = Partial<Record<CounterName, number>>;

/** The counts of one isolate in one minute (UTC): absolute, so that storing them again changes nothing. */
export type IsolateMinute = {
  /** The start of the minute in Unix milliseconds. */
  minute: number;
  isolate: string;
  /** Increases with every change: a store keeps the highest. */
  version: number;
  requests: number;
  errors: number;
  latency: Histogram;
  databaseMs: number;
  databaseCalls: number;
  databaseMaxMs: number;
  heldBytes: number;
  openStreams: number;
  counters: Counters;
  routes: Record<string, RouteMinute>;
  faults: Fault[];
  slowQueries: SlowQuery[];
};

/** The properties of a finished request that are counted. */
export type CountedRequest = {
  requestId: string;
  /** Method and template: `GET /v1/projects/{id}`. */
  route: string;
  status: number;
  ms: number;
  databaseMs: number;
  databaseCalls: number;
  code: string | null;
};

export const minuteMs = 60_000;

/** @returns the start of the minute that contains a moment, both in Unix milliseconds */
export const minuteOf = (at: number): number => at - (at % minuteMs);

/** The maximum number of faults and slow statements that a minute lists; their counts are complete. */
const maxKept = 20;

/** Returns the counts of an isolate before the first request of a minute, which begins at `minute` (Unix milliseconds). */
export const emptyMinute = (isolate: string, minute: number): IsolateMinute => ({
  minute,
  isolate,
  version: 0,
  requests: 0,
  errors: 0,
  latency: {},
  databaseMs: 0,
  databaseCalls: 0,
  databaseMaxMs: 0,
  heldBytes: 0,
  openStreams: 0,
  counters: {},
  routes: {},
  faults: [],
  slowQueries: [],
});

/** Returns the counts of a route before a minute's first request. */
export const emptyRoute = (): RouteMinute => ({
  requests: 0,
  clientErrors: 0,
  serverErrors: 0,
  latency: {},
  databaseMs: 0,
  databaseCalls: 0,
});

/** Counts a request in its minute. */
export function addRequest(minute: IsolateMinute, request: CountedRequest, at: number): void {
  const { route, status, ms, databaseMs, databaseCalls } = request;
  const isError = status >= 500;
  minute.requests += 1;
  if (isError) minute.errors += 1;
  countIn(minute.latency, ms);
  const own = minute.routes[route] ?? emptyRoute();
  minute.routes[route] = own;
  own.requests += 1;
  if (isError) own.serverErrors += 1;
  else if (status >= 400) own.clientErrors += 1;
  countIn(own.latency, ms);
  own.databaseMs += databaseMs;
  own.databaseCalls += databaseCalls;
  if (isError && minute.faults.length < maxKept) {
    const { requestId, code } = request;
    minute.faults.push({ at: new Date(at).toISOString(), requestId, route, status, code });
  }
}

/** Counts a call of the database in its minute; `slow` is the name of one that took longer than a second. */
export function addDatabaseCall(minute: IsolateMinute, ms: number, slow: string | null): void {
  minute.databaseMs += ms;
  minute.databaseCalls += 1;
  minute.databaseMaxMs = Math.max(minute.databaseMaxMs, ms);
  if (slow !== null && minute.slowQueries.length < maxKept) minute.slowQueries.push({ name: slow, ms: Math.round(ms) });
}

/** Adds the counts of a route to those of the same route in other minutes. */
export function addRoute(total: RouteMinute, more: RouteMinute): void {
  total.requests += more.requests;
  total.clientErrors += more.clientErrors;
  total.serverErrors += more.serverErrors;
  total.databaseMs += more.databaseMs;
  total.databaseCalls += more.databaseCalls;
  addHistogram(total.latency, more.latency);
}
