import { sql } from "drizzle-orm";
import { z } from "zod";
import { lazily } from "../contract/index.ts";
import { type Database, executeIdempotent, executeIdempotentBatch } from "../database/index.ts";
import { addRoute, emptyRoute, type IsolateMinute, type RouteMinute, type TraceRecord } from "../monitoring/index.ts";
import { packedTrace, packTrace, unpackTrace } from "./packed-trace.ts";
import type { MetricsStore, MinuteTotals, Period } from "./store.ts";

const shapes = lazily(() => {
  const counts = z.record(z.string(), z.number());

  const totalsRow = z.object({
    minute: z.coerce.date().transform((at) => at.getTime()),
    requests: z.coerce.number(),
    errors: z.coerce.number(),
    latency: counts.nullable().transform((latency) => latency ?? {}),
    databaseMs: z.coerce.number(),
    databaseCalls: z.coerce.number(),
    databaseMaxMs: z.coerce.number(),
    heldBytes: z.coerce.number(),
    openStreams: z.coerce.number(),
    counters: counts.nullable().transform((counters) => counters ?? {}),
    slowQueries: z.array(z.object({ name: z.string(), ms: z.number() })),
  });

  const routeRow = z.object({
    route: z.string(),
    counts: z.object({
      requests: z.number(),
      clientErrors: z.number(),
      serverErrors: z.number(),
      latency: counts,
      databaseMs: z.number(),
      databaseCalls: z.number(),
    }),
  });

  const faultRow = z.object({
    at: z.string(),
    requestId: z.string(),
    route: z.string(),
    status: z.number(),
    code: z.string().nullable(),
  });
  return { totals: totalsRow, route: routeRow, fault: faultRow };
});

/** The rows of a period; the primary key serves it. */
const within = ({ from, to }: Period) =>
  sql`minute >= ${new Date(from).toISOString()}::timestamptz AND minute < ${new Date(to).toISOString()}::timestamptz`;

/** Sums the members of a jsonb column by minute, as `{minute, counts}`. */
const sumOfMembers = (column: "latency" | "counters", period: Period) => sql`
  SELECT minute, jsonb_object_agg(key, count) AS counts FROM (
    SELECT minute, key, sum(value::double precision) AS count
    FROM metric_minute, jsonb_each_text(${sql.identifier(column)}) WHERE ${within(period)} GROUP BY minute, key) AS member
  GROUP BY minute`;

const selectTotals = (db: Database, period: Period) =>
  db.execute(sql`
    SELECT m.minute, sum(requests) AS requests, sum(errors) AS errors, latency.counts AS latency,
      sum(database_ms) AS "databaseMs", sum(database_calls) AS "databaseCalls", max(database_max_ms) AS "databaseMaxMs",
      max(held_bytes) AS "heldBytes", sum(open_streams) AS "openStreams", counters.counts AS counters,
      coalesce(jsonb_path_query_array(jsonb_agg(slow_queries), '$[*][*]'), '[]') AS "slowQueries"
    FROM (SELECT * FROM metric_minute WHERE ${within(period)}) m
    LEFT JOIN (${sumOfMembers("latency", period)}) latency ON latency.minute = m.minute
    LEFT JOIN (${sumOfMembers("counters", period)}) counters ON counters.minute = m.minute
    GROUP BY m.minute, latency.counts, counters.counts ORDER BY m.minute`);

const selectRoutes = (db: Database, period: Period) =>
  db.execute(sql`
    SELECT key AS route, value AS counts FROM metric_minute, jsonb_each(routes) WHERE ${within(period)}`);

const selectFaults = (db: Database, period: Period, limit: number) =>
  db.execute(sql`
    SELECT fault.* FROM metric_minute, jsonb_to_recordset(faults)
      AS fault(at text, "requestId" text, route text, status integer, code text)
    WHERE ${within(period)} ORDER BY at DESC LIMIT ${limit}`);

/** Writes all minutes in one statement: one row a minute and isolate. */
const upsertMinutes = (db: Database, minutes: readonly IsolateMinute[]) =>
  db.execute(sql`
    INSERT INTO metric_minute AS known (minute, isolate, version, requests, errors, latency, database_ms, database_calls,
      database_max_ms, held_bytes, open_streams, counters, routes, faults, slow_queries)
    SELECT to_timestamp(minute / 1000), isolate, version, requests, errors, latency, "databaseMs", "databaseCalls",
      "databaseMaxMs", "heldBytes", "openStreams", counters, routes, faults, "slowQueries"
    FROM jsonb_to_recordset(${JSON.stringify(minutes)}::jsonb) AS given(minute double precision, isolate text,
      version bigint, requests integer, errors integer, latency jsonb, "databaseMs" double precision,
      "databaseCalls" integer, "databaseMaxMs" double precision, "heldBytes" bigint, "openStreams" integer, counters jsonb,
      routes jsonb, faults jsonb, "slowQueries" jsonb)
    ON CONFLICT (minute, isolate) DO UPDATE SET version = excluded.version, requests = excluded.requests,
      errors = excluded.errors, latency = excluded.latency, database_ms = excluded.database_ms,
      database_calls = excluded.database_calls, database_max_ms = excluded.database_max_ms,
      held_bytes = excluded.held_bytes, open_streams = excluded.open_streams, counters = excluded.counters,
      routes = excluded.routes, faults = excluded.faults, slow_queries = excluded.slow_queries
    WHERE known.version < excluded.version`);

/** Writes all traces in one statement, except those that are stored already. */
const insertTraces = (db: Database, traces: readonly TraceRecord[]) =>
  db.execute(sql`
    INSERT INTO trace (request_id, span_id, trace_id, at, dropped, spans)
    SELECT "requestId", "spanId", "traceId", to_timestamp(at / 1000), dropped, spans
    FROM jsonb_to_recordset(${JSON.stringify(traces.map(packTrace))}::jsonb)
      AS given("requestId" text, "spanId" text, "traceId" text, at double precision, dropped integer, spans jsonb)
    ON CONFLICT (request_id, span_id) DO NOTHING`);

const maxTraces = 100;

/** Work that a request caused has the request's id, or is a part of its trace under an id of its own. */
const selectTraces = (db: Database, requestId: string) =>
  db.execute(sql`
    WITH own AS (SELECT DISTINCT trace_id FROM trace WHERE request_id = ${requestId} LIMIT ${maxTraces})
    SELECT request_id AS "requestId", span_id AS "spanId", trace_id AS "traceId", dropped, spans,
      extract(epoch FROM at) * 1000 AS at
    FROM trace WHERE trace_id IN (SELECT trace_id FROM own) ORDER BY trace.at, span_id LIMIT ${maxTraces}`);

/** @returns a store in Postgres, where no Analytics Engine is bound */
export const postgresStore = (database: Database): MetricsStore => ({
  write: async (minutes, traces = []) => {
    const minutesFirst = upsertMinutes(database, minutes);
    if (traces.length === 0) await executeIdempotent(minutesFirst);
    else await executeIdempotentBatch(database, [minutesFirst, insertTraces(database, traces)]);
  },
  traces: async (requestId) => {
    const { rows } = await executeIdempotent(selectTraces(database, requestId));
    return z.array(packedTrace).parse(rows).map(unpackTrace);
  },
  totals: async (period): Promise<MinuteTotals[]> => {
    const { rows } = await executeIdempotent(selectTotals(database, period));
    return z.array(shapes.totals).parse(rows);
  },
  routes: async (period) => {
    const { rows } = await executeIdempotent(selectRoutes(database, period));
    const routes: Record<string, RouteMinute> = {};
    for (const { route, counts } of z.array(shapes.route).parse(rows)) {
      const total = routes[route] ?? emptyRoute();
      routes[route] = total;
      addRoute(total, counts);
    }
    return routes;
  },
  faults: async (period, limit) => {
    const { rows } = await executeIdempotent(selectFaults(database, period, limit));
    return z.array(shapes.fault).parse(rows);
  },
});
