import pg from "pg";
import { Refusal } from "./refusal.ts";

/**
 * One pool for each database that clients name. As at Neon, the client's connection string says who and which database;
 * where the server is, the gateway knows. So one gateway serves every test's own database.
 */
export function createPools(serverUrl: string, maxPerDatabase: number) {
  const server = new URL(serverUrl);
  const pools = new Map<string, pg.Pool>();

  function poolFor(connectionString: string): pg.Pool {
    const key = resolveTarget(server, connectionString);
    const existing = pools.get(key);
    if (existing) return existing;
    const pool = new pg.Pool({ connectionString: key, max: maxPerDatabase, idleTimeoutMillis: 10_000 });
    // A connection that dies while nobody waits on it (the server restarts, a test drops its database) has no one to
    // tell: the next statement on it fails and says so, or the pool opens another.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    pools.set(key, pool);
    return pool;
  }

  return {
    connect: (connectionString: string) => poolFor(connectionString).connect(),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      pools.clear();
    },
  };
}

function resolveTarget(server: URL, connectionString: string): string {
  let named: URL;
  try {
    named = new URL(connectionString);
  } catch {
    throw new Refusal(400, "invalid connection string");
  }
  const target = new URL(server);
  target.username = named.username;
  target.password = named.password;
  target.pathname = named.pathname;
  return target.href;
}
