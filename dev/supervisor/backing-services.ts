import { join } from "node:path";
import { applyMigrations } from "../migrate.ts";
import { type ScriptedModel, startScriptedModel } from "../model/index.ts";
import { type NeonGateway, startNeonGateway } from "../neon-gateway.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type RegistryPassThrough, startRegistry } from "../registry.ts";
import { type LocalState, writeLocalState } from "./local-state.ts";
import type { LogSink } from "./logs.ts";
import type { Teardown } from "./teardown.ts";
import type { Watchdog } from "./watchdog.ts";

export type Database = { postgres: Postgres; url: string; gateway: NeonGateway };

/** Starts PostgreSQL, migrates it to the newest schema, and starts the gateway that the Workers connect to. */
export async function startDatabase(
  options: { dataDir: string; state: LocalState; durable: boolean; log: LogSink },
  watchdog: Watchdog,
  teardown: Teardown,
): Promise<Database> {
  const { dataDir, state, durable, log } = options;
  const postgres = await startPostgres({
    dataDir: join(dataDir, "postgres"),
    password: state.databasePassword,
    port: state.databasePort,
    durable,
    onLog: log,
    onStarted: watchdog.guard,
    onEnded: watchdog.release,
  });
  teardown.add(() => postgres.stop());
  // Reuse the port at the next start if it is free, so that saved connection strings stay valid.
  writeLocalState(dataDir, { ...state, databasePort: postgres.port });
  const url = await postgres.createDatabase("edgesmith");
  await applyMigrations(url);
  const gateway = await startNeonGateway({ connectionString: url });
  teardown.add(() => gateway.close());
  return { postgres, url, gateway };
}

/** Starts the package registry's cache. */
export async function startPackages(dataDir: string, teardown: Teardown): Promise<RegistryPassThrough> {
  const registry = await startRegistry({ cacheDir: join(dataDir, "packages") });
  teardown.add(() => registry.close());
  return registry;
}

/**
 * Starts the scripted model, which answers when no model is configured. Its deltas arrive at the pace of a fast model.
 */
export async function startModel(teardown: Teardown): Promise<ScriptedModel> {
  const model = await startScriptedModel({ chunkDelayMs: 5 });
  teardown.add(() => model.close());
  return model;
}
