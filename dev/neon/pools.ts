import pg from "pg";
import { Refusal } from "./refusal.ts";

/**
 * Creates one pool per database. As at Neon, the client's connection string names user and database, and the gateway
 * knows the server's address; so one gateway serves every test's own database.
 */
export function createPools(serverUrl: string, maxPerDatabase: number) {
  const server = new URL(serverUrl);
  const pools = new Map<string, pg.Pool>();

  function poolFor(connectionString: string): pg.Pool {
    const key = resolveTarget(server, connectionString);
    const existing = pools.get(key);
    if (existing) return existing;
    const pool = new pg.Pool({ connectionString: key, max: maxPerDatabase, idleTimeoutMillis: 10_000 });
    // An idle connection can break when the server restarts or a test drops its database. Nobody waits on it: the next
    // statement on it fails, or the pool opens another.
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
