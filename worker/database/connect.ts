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
  neonConfig.fetchFunction = (url: string, init: RequestInit) => timed("db", () => fetchWhole(url, init));
  return drizzle(neon(config.url), { schema });
}

/**
 * An answer with its body read: the driver makes an error of its own of what goes wrong while it fetches, and of nothing
 * that goes wrong later, so an answer that breaks off in its body would be nobody's. It is as much of a Response as the
 * driver looks at; to read a real one again costs turns of the event loop.
 */
async function fetchWhole(url: string, init: RequestInit): Promise<Pick<Response, "ok" | "status" | "text" | "json">> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
  const text = await answer.text();
  const { ok, status } = answer;
  return { ok, status, text: () => Promise.resolve(text), json: async () => JSON.parse(text) };
}
