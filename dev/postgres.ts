import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import pg from "pg";
import { freePort } from "./ports.ts";
import { chooseAccount } from "./postgres/account.ts";
import { startWithAutoRestart } from "./postgres/auto-restart.ts";
import { findBinaries } from "./postgres/binaries.ts";
import { initialise, launch, SUPERUSER } from "./postgres/server.ts";
import { clearStaleLock } from "./postgres/stale-lock.ts";

export type PostgresOptions = {
  /** The folder of the cluster; created when missing. */
  dataDir: string;
  /** On 127.0.0.1; a free port when absent or taken. */
  port?: number | undefined;
  /** Set when the cluster is created, and used for every connection. */
  password?: string | undefined;
  /** false is faster, but a power failure loses data. For tests. */
  durable?: boolean | undefined;
  onLog?: ((text: string) => void) | undefined;
  /** Called with the id of each server process. A process that dies unexpectedly is restarted on the same port. */
  onStarted?: ((pid: number) => void) | undefined;
  onEnded?: ((pid: number) => void) | undefined;
};

export type Postgres = {
  port: number;
  /** Returns the id of the server process. */
  pid(): number | undefined;
  /** Returns the connection string of a database on this server. */
  url(database: string): string;
  /** Creates a database unless it exists. `template` names a database to copy, to which nobody may be connected. */
  createDatabase(name: string, template?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a real PostgreSQL from the npm package, also as root and after a `kill -9` of server or supervisor. One server
 * holds any number of databases, so concurrent tests share the server without sharing state.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const password = options.password ?? "edgesmith";
  const binaries = await findBinaries();
  const account = chooseAccount();
  mkdirSync(dirname(dataDir), { recursive: true });
  await initialise(binaries, account, dataDir, password);
  await clearStaleLock(dataDir);

  const port = await freePort(options.port);
  const args = ["-D", dataDir, "-p", String(port), ...settings(options.durable ?? true)];
  const log = options.onLog ?? (() => undefined);
  const server = await startWithAutoRestart({
    launch: () => launch(binaries, account, args, log),
    clear: () => clearStaleLock(dataDir),
    log,
    onStarted: options.onStarted ?? (() => undefined),
    onEnded: options.onEnded ?? (() => undefined),
  });

  const url = (database: string) =>
    `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  return {
    port,
    pid: server.pid,
    url,
    createDatabase: async (name, template) => {
      await withClient(url("postgres"), (client) => createDatabase(client, name, template));
      return url(name);
    },
    dropDatabase: (name) =>
      withClient(url("postgres"), async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      }),
    stop: server.stop,
  };
}

function settings(durable: boolean): string[] {
  const values = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC"];
  if (!durable) values.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  return values.flatMap((value) => ["-c", value]);
}

async function createDatabase(client: pg.Client, name: string, template: string | undefined): Promise<void> {
  const existing = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  if (existing.rowCount !== 0) return;
  const source = template === undefined ? "" : ` TEMPLATE ${pg.escapeIdentifier(template)}`;
  await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${source}`);
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
