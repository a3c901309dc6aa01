import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import * as schema from "../../drizzle/schema/index.ts";
import { timed } from "../monitoring/index.ts";

export type Database = NeonHttpDatabase<typeof schema>;

export type DatabaseConfig = { url: string; fetchEndpoint: string | null };

/** A request that takes longer than this has an unknown outcome. */
const requestTimeoutMs = 10_000;

const known = new WeakMap<DatabaseConfig, Database>();

/** The database of a configuration. It holds no connection: each statement list is one HTTP request. */
export function connect(config: DatabaseConfig): Database {
  const database = known.get(config) ?? open(config);
  known.set(config, database);
  return database;
}

function open(config: DatabaseConfig): Database {
  // These two are settings of the driver as a whole; an isolate has one configuration.
  if (config.fetchEndpoint !== null) neonConfig.fetchEndpoint = config.fetchEndpoint;
  neonConfig.fetchFunction = (url: string, init: RequestInit) =>
    timed("db", () => fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) }));
  return drizzle(neon(config.url), { schema });
}
