// The process that holds the runtimes, by Miniflare, which starts a workerd again when it dies: one with the API Worker and
// Pages, one with the preview Worker and the generated apps it runs, one with the type checker. Their Workers reach each other
// through Miniflare's registry of Workers in development. It is a process of its own because Miniflare ends its process on a
// signal, before the supervisor could stop the rest in order; and so that the runtimes end when the supervisor does.
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
/** As the platform's limits have it, which workerd does not enforce: for a request to a generated app, and for a type check. */
const PREVIEW_CPU_SECONDS = 10;
const TYPES_CPU_SECONDS = 7;

const runtimes: Miniflare[] = [];
/** The one whose cron is called. */
let apiRuntime: Miniflare | undefined;

class ReportingLog extends Log {
  protected override log(message: string): void {
    tell({ type: "log", text: message });
  }
  override error(error: Error): void {
    super.error(error);
    if (error.message.includes("failed to restart")) tell({ type: "fatal", message: error.message });
  }
}

function tell(report: Report): void {
  if (process.connected) process.send?.(report);
}

async function start(input: WorkersInput): Promise<void> {
  const registry = join(input.stateDir, "registry");
  // A runtime that was killed has left its entries, which would keep the new one's out for as long as they count.
  rmSync(registry, { recursive: true, force: true });
  const { types, preview, api, pages } = input;
  const folders = separateFolders(input.stateDir);
  const previewWorker = { ...workerOptions(preview), ...listening(preview) };
  await Promise.all([
    startWatched({ stateDir: folders.types, registry, workers: [workerOptions(types)], cpuSeconds: TYPES_CPU_SECONDS }),
    startWatched({ stateDir: folders.previews, registry, workers: [previewWorker], cpuSeconds: PREVIEW_CPU_SECONDS }),
  ]);
  // The API last, so that it knows the others' addresses when its first request comes. Only the cron comes in at its own
  // port: both origins have sockets of their own, past the Worker that Miniflare puts in front.
  const apiWorkers = [workerOptions(api), ...pagesOptions(pages)];
  apiRuntime = await startRuntime({ stateDir: folders.api, registry, port: 0, workers: apiWorkers });
  tell({ type: "ready" });
  scheduleEveryMinute();
}

/**
 * Each runtime keeps its state in a folder of its own: two that open the same database of Miniflare's cache at the same
 * moment end with "database is locked". Previews that were kept beside the API's state move along.
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

type RuntimeInput = { stateDir: string; registry: string; port: number; workers: V4WorkerOptions[] };

/** The first of `workers` is the one that answers at `port`. */
async function startRuntime({ stateDir, registry, port, workers }: RuntimeInput): Promise<Miniflare> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      unsafeTriggerHandlers: true,
      cf: false,
      logRequests: false,
      log: new ReportingLog(LogLevel.INFO),
      handleStructuredLogs: ({ level, message }) => tell({ type: "log", text: `${level}: ${message}` }),
      telemetry: { enabled: false },
      resourcePersistencePath: stateDir,
      unsafeDevRegistryPath: registry,
      unsafeHandleRuntimeRestart: () => tell({ type: "restarted" }),
      workers,
    }),
  );
  runtimes.push(runtime);
  await runtime.ready;
  return runtime;
}

/** Starts a runtime that runs code of others, and kills it when that code keeps it from answering. */
async function startWatched(input: Omit<RuntimeInput, "port"> & { cpuSeconds: number }): Promise<void> {
  const port = await freePort();
  await startRuntime({ ...input, port });
  void watchForHang({ port, cpuSeconds: input.cpuSeconds, log: (text) => tell({ type: "log", text }) });
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
 * Pages: its Worker comes first and passes on to the static files what is none of its own; an address that is neither is
 * the app's own, so it gets index.html, as Pages does where there is no 404.html.
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
      // Never asked: the files stand before it.
      compatibilityDate: "2026-11-01",
      modules: [{ type: "ESModule", path: "none.js", contents: "export default {}" }],
      assets: {
        directory,
        assetConfig: { html_handling: "auto-trailing-slash", not_found_handling: "single-page-application" },
      },
    },
  ];
}

/** In production the platform does this, by the triggers of wrangler.toml. */
function scheduleEveryMinute(): void {
  const untilNext = MINUTE - (Date.now() % MINUTE);
  setTimeout(() => {
    void runScheduled();
    scheduleEveryMinute();
  }, untilNext).unref();
}

/**
 * By a request, and not by Miniflare's `getWorker`: that blocks this process until the runtime answers, and the runtime
 * waits for this process whenever it has logged more than a pipe holds.
 */
async function runScheduled(id?: number): Promise<void> {
  try {
    const answer = await apiRuntime?.dispatchFetch("http://localhost/cdn-cgi/local/scheduled?cron=*+*+*+*+*");
    tell({ type: "scheduled", id, outcome: (await answer?.text()) ?? "not running" });
  } catch (error) {
    // The runtime is starting again: the next minute comes.
    tell({ type: "scheduled", id, outcome: `failed: ${messageOf(error)}` });
  }
}

async function stop(): Promise<void> {
  await Promise.all(runtimes.map((runtime) => runtime.dispose()));
  process.exit(0);
}

const messageOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on("message", (message) => {
  const received = command.parse(message);
  const fail = (error: unknown) => tell({ type: "fatal", message: messageOf(error) });
  if (received.type === "start") start(received.input).catch(fail);
  else if (received.type === "scheduled") void runScheduled(received.id);
  else stop().catch(fail);
});
process.on("disconnect", () => void stop());
