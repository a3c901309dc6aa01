import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ScriptedModel } from "./model/index.ts";
import type { NeonGateway } from "./neon-gateway.ts";
import { commandLine, descendants, signal } from "./processes.ts";
import { type Addresses, chooseAddresses } from "./supervisor/addresses.ts";
import { type Database, startDatabase, startModel, startPackages } from "./supervisor/backing-services.ts";
import { buildFrontEnd, bundleWorker } from "./supervisor/builds.ts";
import { ROOT } from "./supervisor/content-hash.ts";
import { readLocalState, takeDataDir } from "./supervisor/local-state.ts";
import { createLogs } from "./supervisor/logs.ts";
import { startPageViewer } from "./supervisor/page-viewer.ts";
import { noProgress, type Progress } from "./supervisor/progress.ts";
import { waitUntilReady } from "./supervisor/ready.ts";
import { createTeardown } from "./supervisor/teardown.ts";
import { namesModel, type Variables } from "./supervisor/variables.ts";
import { startWatchdog } from "./supervisor/watchdog.ts";
import { startWorkers, type Workers } from "./supervisor/workers.ts";
import type { WorkersInput } from "./supervisor/workers-protocol.ts";

export type StackOptions = {
  /** The folder of all state. Two stacks cannot share one. */
  dataDir: string;
  /** The app's port on loopback, and the one above it for previews; a free pair when absent. */
  port?: number | undefined;
  /** Additional variables for the API Worker. The scripted model starts unless they name a model. */
  variables?: Variables | undefined;
  /** Also prints the children's output on the terminal. */
  verbose?: boolean | undefined;
  /** false lets PostgreSQL trust the operating system's cache: for tests. */
  durable?: boolean | undefined;
  /** Timeout until the first real request succeeds, in milliseconds. */
  readyWithinMs?: number | undefined;
  /** Reports the parts of the start: `database`, `bundling`, `ready`. */
  progress?: Progress | undefined;
  /** Ports of V8's inspector, for measurements of the two Workers' isolates. */
  inspectorPorts?: { api: number; preview: number } | undefined;
  /** Cancels the start and stops everything that it started. */
  abort?: AbortSignal | undefined;
};

export type Stack = {
  appUrl: string;
  previewDomain: string;
  port: number;
  databaseUrl: string;
  gateway: NeonGateway;
  /** The scripted model; undefined when the variables name a real one. */
  model: ScriptedModel | undefined;
  logFolder: string;
  /** Returns the process ids of the running workerd: one per runtime, without those that are restarting. */
  workerd(): number[];
  /** Sends SIGKILL to every workerd and returns their ids without waiting for the restart; await `ready` for that. */
  killWorkerd(): number[];
  /** Resolves when a request through Pages to the database and back succeeds (again). */
  ready(withinMs?: number): Promise<void>;
  /** Runs the cron handler now. */
  runScheduled(): Promise<string>;
  stop(): Promise<void>;
};

const MAX_START_ATTEMPTS = 3;

/**
 * Starts all of Edgesmith on this machine and resolves when it responds.
 * @throws Error when it does not start, or when `port` or the one above it is taken
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Another program can take a free port between its choice and its use.
      const mayRetry = options.port === undefined && isPortTaken(error) && attempt < MAX_START_ATTEMPTS;
      if (!mayRetry) throw error;
    }
  }
}

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && /ERR_ADDRESS_IN_USE|EADDRINUSE|address already in use/i.test(error.message);

async function startOnce(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  const teardown = createTeardown();
  try {
    const { holder } = takeDataDir(dataDir);
    teardown.add(() => rmSync(holder, { force: true }));
    return await startAll({ ...options, dataDir }, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function startAll(options: StackOptions, teardown: ReturnType<typeof createTeardown>): Promise<Stack> {
  const {
    dataDir,
    verbose = false,
    durable = true,
    variables = {},
    readyWithinMs = 60_000,
    progress = noProgress,
  } = options;
  const addresses = await chooseAddresses(options.port);
  const logs = createLogs(dataDir, verbose);
  const watchdog = startWatchdog();
  teardown.add(() => watchdog.close());
  const state = readLocalState(dataDir);

  const [database, packages, viewer, model, [api, preview, types, site]] = await allOrThrow([
    progress("database", () =>
      startDatabase({ dataDir, state, durable, log: logs.sink("postgres") }, watchdog, teardown),
    ),
    startPackages(dataDir, teardown),
    startPageViewer(teardown, logs.sink("browser")),
    namesModel(variables) ? Promise.resolve(undefined) : startModel(teardown),
    progress("bundling", () =>
      allOrThrow([bundleWorker("api"), bundleWorker("preview"), bundleWorker("types"), buildFrontEnd()]),
    ),
  ]);

  options.abort?.throwIfAborted();
  const input: WorkersInput = {
    stateDir: join(dataDir, "workers"),
    api: {
      name: "edgesmith-api",
      config: join(ROOT, "wrangler.toml"),
      bundle: api,
      inspectorPort: options.inspectorPorts?.api,
      variables: {
        ...variables,
        ...apiVariables(addresses, database, variables.AUTH_SECRET ?? state.authSecret, model),
        PAGE_VIEWER_URL: viewer.url,
        PAGE_VIEWER_SECRET: viewer.secret,
      },
    },
    preview: {
      name: "edgesmith-preview",
      config: join(ROOT, "preview/wrangler.toml"),
      bundle: preview,
      inspectorPort: options.inspectorPorts?.preview,
      port: addresses.previewPort,
      variables: {
        APP_URL: addresses.appUrl,
        PREVIEW_DOMAIN: addresses.previewDomain,
        NPM_REGISTRY: packages.url,
        RATE_LIMITS: variables.RATE_LIMITS ?? "on",
      },
    },
    types: {
      name: "edgesmith-types",
      config: join(ROOT, "preview/types/wrangler.toml"),
      bundle: types,
      variables: {},
    },
    pages: {
      name: "edgesmith",
      config: join(ROOT, "frontend/wrangler.toml"),
      port: addresses.port,
      site,
    },
  };
  const workers = await progress("ready", async () => {
    const started = await startWorkers(input, watchdog, logs.sink("workers"));
    teardown.add(() => started.stop());
    await waitUntilReady(addresses, readyWithinMs, options.abort);
    return started;
  });
  return { ...handle(addresses, database, model, workers), logFolder: logs.folder, stop: () => teardown.run() };
}

function apiVariables(
  addresses: Addresses,
  database: Database,
  authSecret: string,
  model: ScriptedModel | undefined,
): Variables {
  const scripted = model && { ANTHROPIC_API_KEY: "scripted", ANTHROPIC_BASE_URL: model.url, MODEL_SCRIPTED: "true" };
  return {
    DATABASE_URL: database.url,
    DATABASE_FETCH_ENDPOINT: database.gateway.url,
    AUTH_SECRET: authSecret,
    APP_URL: addresses.appUrl,
    PREVIEW_DOMAIN: addresses.previewDomain,
    ...scripted,
  };
}

function handle(
  addresses: Addresses,
  database: Database,
  model: ScriptedModel | undefined,
  workers: Workers,
): Omit<Stack, "logFolder" | "stop"> {
  const workerd = () => {
    const holder = workers.pid();
    return (holder ? descendants(holder) : []).filter((pid) => commandLine(pid)?.includes("workerd serve"));
  };
  return {
    appUrl: addresses.appUrl,
    previewDomain: addresses.previewDomain,
    port: addresses.port,
    databaseUrl: database.url,
    gateway: database.gateway,
    model,
    workerd,
    killWorkerd: () => workerd().filter((pid) => signal(pid, "SIGKILL")),
    ready: (withinMs = 30_000) => waitUntilReady(addresses, withinMs),
    runScheduled: () => workers.runScheduled(),
  };
}

/**
 * Like Promise.all, but waits for every promise to settle before it rejects, so that the caller can undo each start.
 */
async function allOrThrow<T extends unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as Promise<T>;
}
