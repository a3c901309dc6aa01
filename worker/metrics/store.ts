import type {
  Counters,
  Fault,
  Histogram,
  IsolateMinute,
  RouteMinute,
  SlowQuery,
  TraceRecord,
} from "../monitoring/index.ts";

/** The counts of all isolates in a minute. */
export type MinuteTotals = {
  /** The start of the minute in Unix milliseconds. */
  minute: number;
  requests: number;
  errors: number;
  latency: Histogram;
  databaseMs: number;
  databaseCalls: number;
  databaseMaxMs: number;
  /** The bytes in the memory of the isolate that held the most. */
  heldBytes: number;
  openStreams: number;
  counters: Counters;
  slowQueries: SlowQuery[];
};

/** A period in Unix milliseconds: minutes that begin at `from` or later and before `to`. */
export type Period = { from: number; to: number };

/** Stores the counts of isolates, and returns their sums: the port of Postgres and of Analytics Engine. */
export type MetricsStore = {
  /**
   * Stores minutes, and traces along with them. An isolate's minute replaces an earlier version of it, in any order of
   * arrival; a trace is stored once.
   */
  write(minutes: readonly IsolateMinute[], traces?: readonly TraceRecord[]): Promise<void>;
  /** @returns the traces of a request and of the work that it caused; the oldest first, at most 100 */
  traces(requestId: string): Promise<TraceRecord[]>;
  /** @returns the minutes of a period in which something was counted, the oldest first */
  totals(period: Period): Promise<MinuteTotals[]>;
  /** @returns the sums of a period by route */
  routes(period: Period): Promise<Record<string, RouteMinute>>;
  /** @returns the newest faults of a period, the newest first */
  faults(period: Period, limit: number): Promise<Fault[]>;
};
