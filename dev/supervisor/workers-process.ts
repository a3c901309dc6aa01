// The process that holds the runtime: both Workers and Pages in one workerd, by Miniflare, which starts workerd again
// when it dies. It is a process of its own because Miniflare ends its process on a signal, before the supervisor could
// stop the rest in order; and so that the runtime ends when the supervisor does, however that ends.
import { join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerOptions,
  type V4WorkerOptionsShape,
} from "miniflare";
import { unstable_getMiniflareWorkerOptions as optionsFromConfig } from "wrangler";
import { bundledModules } from "./bundled-modules.ts";
import { command, type Report, type WorkersInput } from "./workers-protocol.ts";

const MINUTE = 60_000;
let runtime: Miniflare | undefined;

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
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      // Only the cron comes in here: both origins have sockets of their own, past the Worker that Miniflare puts in front.
      port: 0,
      unsafeTriggerHandlers: true,
      cf: false,
      log: new ReportingLog(LogLevel.INFO),
      handleStructuredLogs: ({ level, message }) => tell({ type: "log", text: `${level}: ${message}` }),
      telemetry: { enabled: false },
      resourcePersistencePath: input.stateDir,
      unsafeHandleRuntimeRestart: () => tell({ type: "restarted" }),
      // The first is the one whose cron it is.
      workers: [
        workerOptions(input.api),
        { ...workerOptions(input.preview), ...listening(input.preview) },
        ...pagesOptions(input.pages),
      ],
    }),
  );
  await runtime.ready;
  tell({ type: "ready" });
  scheduleEveryMinute();
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
    const answer = await runtime?.dispatchFetch("http://localhost/cdn-cgi/local/scheduled?cron=*+*+*+*+*");
    tell({ type: "scheduled", id, outcome: (await answer?.text()) ?? "not running" });
  } catch (error) {
    // The runtime is starting again: the next minute comes.
    tell({ type: "scheduled", id, outcome: `failed: ${messageOf(error)}` });
  }
}

async function stop(): Promise<void> {
  await runtime?.dispose();
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
