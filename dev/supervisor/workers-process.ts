// The process that hosts the runtimes with Miniflare, which restarts a workerd that dies: one for the API Worker and
// Pages, one for the preview Worker and the generated apps, one for the type checker. Their Workers reach each other
// through Miniflare's development registry. It is a separate process because Miniflare exits on a signal, before the
// supervisor could stop the rest in order, and so that the runtimes end with the supervisor.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerOptions,
  type V4WorkerOptionsShape,
} from "miniflare";
import { unstable_getMiniflareWorkerOptions as optionsFromConfig } from "wrangler";
import { freePort } from "../ports.ts";
import { bundledModules } from "./bundled-modules.ts";
import { watchForHang } from "./hang-watch.ts";
import { command, type Report, type WorkersInput } from "./workers-protocol.ts";

const MINUTE = 60_000;
/**
 * The platform's CPU limits, which workerd does not enforce: for a request to a generated app, and for a type check.
 */
const PREVIEW_CPU_SECONDS = 10;
const TYPES_CPU_SECONDS = 7;

const runtimes: Miniflare[] = [];
/** The runtime whose cron handler is called. */
let apiRuntime: Miniflare | undefined;

class ReportingLog extends Log {
  protected override log(message: string): void {
    sendReport({ type: "log", text: message });
  }
  override error(error: Error): void {
    super.error(error);
    if (error.message.includes("failed to restart")) sendReport({ type: "fatal", message: error.message });
  }
}

function sendReport(report: Report): void {
  if (process.connected) process.send?.(report);
}

async function start(input: WorkersInput): Promise<void> {
  const registry = join(input.stateDir, "registry");
  // A killed runtime leaves registry entries that would shadow the new runtime's until they expire.
  rmSync(registry, { recursive: true, force: true });
  const { types, preview, api, pages } = input;
  const folders = separateFolders(input.stateDir);
  const previewWorker = { ...workerOptions(preview), ...listening(preview) };
  await Promise.all([
    startWatched({
      stateDir: folders.types,
      registry,
      inspectorPort: undefined,
      workers: [workerOptions(types)],
      cpuSeconds: TYPES_CPU_SECONDS,
    }),
    startWatched({
      stateDir: folders.previews,
      registry,
      inspectorPort: preview.inspectorPort,
      workers: [previewWorker],
      cpuSeconds: PREVIEW_CPU_SECONDS,
    }),
  ]);
  // The API starts last, so that it knows the others' addresses at its first request. Only the cron uses its own port:
  // both origins have their own sockets, which bypass the Worker that Miniflare puts in front.
  const apiWorkers = [workerOptions(api), ...pagesOptions(pages)];
  const { inspectorPort } = api;
  apiRuntime = await startRuntime({ stateDir: folders.api, registry, port: 0, inspectorPort, workers: apiWorkers });
  sendReport({ type: "ready" });
  scheduleEveryMinute();
}

/**
 * Gives each runtime a state folder of its own: two that open the same database of Miniflare's cache at once fail with
 * "database is locked". Moves previews that older versions stored beside the API's state.
 */
function separateFolders(stateDir: string) {
  const folders = { api: stateDir, previews: join(stateDir, "previews"), types: join(stateDir, "types") };
  const kept = existsSync(join(stateDir, "do")) ? readdirSync(join(stateDir, "do")) : [];
  for (const name of kept.filter((one) => one.startsWith("edgesmith-preview-"))) {
    const moved = join(folders.previews, "do", name);
    if (existsSync(moved)) continue;
    mkdirSync(dirname(moved), { recursive: true });
    renameSync(join(stateDir, "do", name), moved);
  }
  return folders;
}

type RuntimeInput = {
  stateDir: string;
  registry: string;
  port: number;
  inspectorPort: number | undefined;
  workers: V4WorkerOptions[];
};

/** Starts a runtime. The first of `workers` listens on `port`. */
async function startRuntime({ stateDir, registry, port, inspectorPort, workers }: RuntimeInput): Promise<Miniflare> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      unsafeTriggerHandlers: true,
      ...(inspectorPort !== undefined && { inspectorPort, inspectorHost: "127.0.0.1" }),
      cf: false,
      logRequests: false,
      log: new ReportingLog(LogLevel.INFO),
      handleStructuredLogs: ({ level, message }) => sendReport({ type: "log", text: `${level}: ${message}` }),
      telemetry: { enabled: false },
      resourcePersistencePath: stateDir,
      unsafeDevRegistryPath: registry,
      unsafeHandleRuntimeRestart: () => sendReport({ type: "restarted" }),
      workers,
    }),
  );
  runtimes.push(runtime);
  await runtime.ready;
  return runtime;
}

/** Starts a runtime for untrusted code, and kills it when that code blocks it. */
async function startWatched(input: Omit<RuntimeInput, "port"> & { cpuSeconds: number }): Promise<void> {
  const port = await freePort();
  await startRuntime({ ...input, port });
  void watchForHang({ port, cpuSeconds: input.cpuSeconds, log: (text) => sendReport({ type: "log", text }) });
}

function workerOptions({ name, config, bundle, variables }: WorkersInput["api"]): V4WorkerOptions {
  const shape: V4WorkerOptionsShape = optionsFromConfig(config).workerOptions;
  return {
    ...shape,
    name,
    bindings: { ...shape.bindings, ...variables },
    modulesRoot: bundle,
    modules: bundledModules(bundle).map(({ type, file }) => ({ type, path: join(bundle, file) })),
  };
}

const listening = ({ port }: { port: number }) => ({ unsafeDirectSockets: [{ host: "127.0.0.1", port }] });

/**
 * Configures Pages: its Worker runs first and passes all other requests to the static files. An unknown path returns
 * index.html, as Pages does without a 404.html.
 */
function pagesOptions({ name, config, port, site: directory }: WorkersInput["pages"]): V4WorkerOptions[] {
  const shape: V4WorkerOptionsShape = optionsFromConfig(config).workerOptions;
  const site = `${name}-site`;
  return [
    {
      ...shape,
      ...listening({ port }),
      name,
      serviceBindings: { ...shape.serviceBindings, ASSETS: site },
      modulesRoot: directory,
      modules: [{ type: "ESModule", path: join(directory, "_worker.js") }],
    },
    {
      name: site,
      // Never called: the static files take precedence.
      compatibilityDate: "2026-11-01",
      modules: [{ type: "ESModule", path: "none.js", contents: "export default {}" }],
      assets: {
        directory,
        assetConfig: { html_handling: "auto-trailing-slash", not_found_handling: "single-page-application" },
      },
    },
  ];
}

/** Calls the cron handler every minute, as the platform does by the triggers of wrangler.toml. */
function scheduleEveryMinute(): void {
  const untilNext = MINUTE - (Date.now() % MINUTE);
  setTimeout(() => {
    void runScheduled();
    scheduleEveryMinute();
  }, untilNext).unref();
}

/**
 * Calls the cron handler by a request instead of Miniflare's `getWorker`, which blocks this process until the runtime
 * answers, while the runtime waits for this process whenever it has logged more than a pipe holds: a deadlock.
 */
async function runScheduled(id?: number): Promise<void> {
  try {
    const answer = await apiRuntime?.dispatchFetch("http://localhost/cdn-cgi/local/scheduled?cron=*+*+*+*+*");
    sendReport({ type: "scheduled", id, outcome: (await answer?.text()) ?? "not running" });
  } catch (error) {
    // The runtime is restarting; the next minute's call follows.
    sendReport({ type: "scheduled", id, outcome: `failed: ${messageOf(error)}` });
  }
}

async function stop(): Promise<void> {
  await Promise.all(runtimes.map((runtime) => runtime.dispose()));
  process.exit(0);
}

const messageOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on("message", (message) => {
  const received = command.parse(message);
  const fail = (error: unknown) => sendReport({ type: "fatal", message: messageOf(error) });
  if (received.type === "start") start(received.input).catch(fail);
  else if (received.type === "scheduled") void runScheduled(received.id);
  else stop().catch(fail);
});
process.on("disconnect", () => void stop());
