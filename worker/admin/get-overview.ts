import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Config, version } from "../config/index.ts";
import { dayOf, type Overview, type RouteTraffic } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { type MetricsStore, metricOver, readMinutes } from "../metrics/index.ts";
import { minuteMs, minuteOf, percentile, type RouteMinute } from "../monitoring/index.ts";
import { readGauges } from "./gauges.ts";

type Dependencies = { config: Config; database: Database; store: MetricsStore };

const hourMs = 60 * minuteMs;
const maxRoutes = 100;
const maxErrors = 50;
const maxSlowQueries = 20;

const totalsRow = z.object({
  accounts: z.coerce.number(),
  suspended: z.coerce.number(),
  projects: z.coerce.number(),
  published: z.coerce.number(),
  spent: z.coerce.number(),
  reserved: z.coerce.number(),
  firing: z.array(z.string()),
});

const selectTotals = (db: Database, day: string) =>
  db.execute(sql`
    SELECT (SELECT count(*) FROM "user") AS accounts,
      (SELECT count(*) FROM "user" WHERE suspended_at IS NOT NULL) AS suspended,
      (SELECT count(*) FROM project) AS projects,
      (SELECT count(*) FROM project WHERE visibility = 'public') AS published,
      coalesce((SELECT spent FROM platform_spending WHERE day = ${day}::date), 0) AS spent,
      coalesce((SELECT reserved FROM platform_spending WHERE day = ${day}::date), 0) AS reserved,
      (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM alert_rule WHERE state = 'firing') AS firing`);

/**
 * Returns the state of the platform: the last hour's traffic, today's spending, and the open runs and deliveries.
 * @param now in Unix milliseconds
 */
export async function getOverview(dependencies: Dependencies, now: number): Promise<Overview> {
  const { config, database, store } = dependencies;
  const period = { from: minuteOf(now) - hourMs + minuteMs, to: now };
  const [minutes, routes, faults, gauges, totals] = await Promise.all([
    readMinutes(dependencies, period),
    store.routes(period),
    store.faults(period, maxErrors),
    readGauges(database),
    executeIdempotent(selectTotals(database, dayOf(now))),
  ]);
  const { accounts, suspended, projects, published, spent, reserved, firing } = totalsRow.parse(totals.rows[0]);
  const count = (name: Parameters<typeof metricOver>[0]) => metricOver(name, minutes) ?? 0;
  return {
    at: new Date(now).toISOString(),
    version,
    lastHour: {
      requests: count("requests"),
      errors: count("errors"),
      errorRate: metricOver("error_rate", minutes),
      latencyP50Ms: metricOver("latency_p50_ms", minutes),
      latencyP95Ms: metricOver("latency_p95_ms", minutes),
      databaseMaxMs: metricOver("database_max_ms", minutes),
      heldBytesShare: metricOver("held_bytes_share", minutes),
      modelMicroUsd: count("model_micro_usd"),
      runs: count("runs"),
      failedRuns: count("failed_runs"),
    },
    today: { spentMicroUsd: spent, reservedMicroUsd: reserved, ceilingMicroUsd: config.platformDailyMicroUsd },
    runs: { queued: gauges.queued, running: gauges.running, waiting: gauges.waiting },
    deliveries: { due: gauges.dueDeliveries, lagSeconds: gauges.lagSeconds },
    accounts: { total: accounts, suspended },
    projects: { total: projects, published },
    firing,
    routes: Object.entries(routes).map(toTraffic).sort(busiestFirst).slice(0, maxRoutes),
    recentErrors: faults,
    slowQueries: minutes
      .flatMap(({ slowQueries }) => slowQueries)
      .sort((a, b) => b.ms - a.ms)
      .slice(0, maxSlowQueries),
  };
}

const toTraffic = ([route, { latency, databaseMs, ...counts }]: [string, RouteMinute]): RouteTraffic => ({
  route,
  ...counts,
  latencyP50Ms: percentile(latency, 0.5),
  latencyP95Ms: percentile(latency, 0.95),
  databaseMs: Math.round(databaseMs * 10) / 10,
});

const busiestFirst = (a: RouteTraffic, b: RouteTraffic): number => b.requests - a.requests;
