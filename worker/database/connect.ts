import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import * as schema from "../../drizzle/schema/index.ts";
import { log, metrics, timed } from "../monitoring/index.ts";
import { firstStatementName, statementNames } from "./statement-names.ts";

export type Database = NeonHttpDatabase<typeof schema> & { $client: NeonQueryFunction<false, false> };

export type DatabaseConfig = { url: string; fetchEndpoint: string | null };

/** The options that the driver passes to `fetch`, with the `fetchOptions` of the query. */
type DriverRequest = Omit<RequestInit, "headers"> & {
  headers?: Record<string, string>;
  /** Consumes the response's body, which the driver then does not see. */
  keep?: (body: ReadableStream<Uint8Array>) => Promise<void>;
};

/** The timeout of a request; its outcome is then unknown. */
const requestTimeoutMs = 10_000;

const databases = new WeakMap<DatabaseConfig, Database>();

/** @returns the database of a configuration. It holds no connection: each transaction is one HTTP request. */
export function connect(config: DatabaseConfig): Database {
  const database = databases.get(config) ?? open(config);
  databases.set(config, database);
  return database;
}

function open(config: DatabaseConfig): Database {
  // The driver has these two settings globally; an isolate has one configuration.
  if (config.fetchEndpoint !== null) neonConfig.fetchEndpoint = config.fetchEndpoint;
  neonConfig.fetchFunction = (url: string, init: DriverRequest) =>
    timed(
      "db",
      () => firstStatementName(init.body),
      (trace) => counted(init, () => fetchWhole(url, init, trace)),
    );
  return drizzle(neon(config.url), { schema });
}

/** A request to the database that takes longer than this is logged with the names of its statements. */
const slowMs = 1_000;

/** Counts a request to the database in the isolate's metrics, whether it succeeds or fails. */
async function counted<T>(init: DriverRequest, send: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await send();
  } finally {
    const ms = performance.now() - from;
    const slow = ms > slowMs ? statementNames(init.body) : null;
    metrics.countDatabaseCall(ms, slow);
    if (slow !== null) log("warn", "warn", { event: "database.slow", query: slow, ms: Math.round(ms) });
  }
}

/** The members of a Response that the driver uses. */
type Answer = Pick<Response, "ok" | "status" | "text" | "json">;

/**
 * Fetches a response with its whole body. The driver wraps only errors of `fetch` itself, so an error while it reads
 * the body would reach the caller unwrapped. Reading a real Response a second time would cost turns of the event loop.
 */
async function fetchWhole(url: string, init: DriverRequest, trace: { traceparent?: string }): Promise<Answer> {
  const { keep, ...request } = init;
  const response = await fetch(url, {
    ...request,
    headers: { ...request.headers, ...trace },
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const { ok, status } = response;
  if (keep && ok && response.body) {
    await keep(response.body);
    return { ok, status, text: async () => "", json: async () => JSON.parse(withoutRows) };
  }
  const text = await response.text();
  return { ok, status, text: () => Promise.resolve(text), json: async () => JSON.parse(text) };
}

/** The result that the driver gets when `keep` consumed the body. */
const withoutRows = JSON.stringify({ fields: [], rows: [], command: "SELECT", rowCount: 0 });
