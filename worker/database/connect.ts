import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import * as schema from "../../drizzle/schema/index.ts";
import { timed } from "../monitoring/index.ts";

export type Database = NeonHttpDatabase<typeof schema> & { $client: NeonQueryFunction<false, false> };

export type DatabaseConfig = { url: string; fetchEndpoint: string | null };

/** What the driver hands to `fetch`, with what a query adds to it (`fetchOptions`). */
type DriverRequest = RequestInit & {
  /** Takes the answer's body, of which the driver then sees nothing. */
  keep?: (body: ReadableStream<Uint8Array>) => Promise<void>;
};

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
  neonConfig.fetchFunction = (url: string, init: DriverRequest) => timed("db", () => fetchWhole(url, init));
  return drizzle(neon(config.url), { schema });
}

/** As much of a Response as the driver looks at. */
type Answer = Pick<Response, "ok" | "status" | "text" | "json">;

/**
 * An answer with its body read: the driver makes an error of its own of what goes wrong while it fetches, and of nothing
 * that goes wrong later, so an answer that breaks off in its body would be nobody's. To read a real Response again costs
 * turns of the event loop.
 */
async function fetchWhole(url: string, init: DriverRequest): Promise<Answer> {
  const { keep, ...request } = init;
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(requestTimeoutMs) });
  const { ok, status } = answer;
  if (keep && ok && answer.body) {
    await keep(answer.body);
    return { ok, status, text: async () => "", json: async () => JSON.parse(withoutRows) };
  }
  const text = await answer.text();
  return { ok, status, text: () => Promise.resolve(text), json: async () => JSON.parse(text) };
}

/** What the driver is told of an answer that went elsewhere. */
const withoutRows = JSON.stringify({ fields: [], rows: [], command: "SELECT", rowCount: 0 });
