// The process that holds the Workers' runtime: both Workers in one workerd, by Miniflare, which starts workerd again
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
      port: input.previewPort,
      cf: false,
      log: new ReportingLog(LogLevel.INFO),
      handleStructuredLogs: ({ level, message }) => tell({ type: "log", text: `${level}: ${message}` }),
      telemetry: { enabled: false },
      resourcePersistencePath: input.stateDir,
      unsafeDevRegistryPath: input.devRegistryDir,
      unsafeHandleRuntimeRestart: () => tell({ type: "restarted" }),
      // The first Worker answers at the port.
      workers: [workerOptions(input.preview), workerOptions(input.api)],
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

/** In production the platform does this, by the triggers of wrangler.toml. */
function scheduleEveryMinute(): void {
  const untilNext = MINUTE - (Date.now() % MINUTE);
  setTimeout(() => {
    void runScheduled();
    scheduleEveryMinute();
  }, untilNext).unref();
}

async function runScheduled(): Promise<void> {
  try {
    const worker = await runtime?.getWorker("edgesmith-api");
    const result = await worker?.scheduled({ cron: "* * * * *" });
    tell({ type: "scheduled", outcome: result?.outcome ?? "not running" });
  } catch (error) {
    // The runtime is starting again: the next minute comes.
    tell({ type: "scheduled", outcome: `failed: ${messageOf(error)}` });
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
  else if (received.type === "scheduled") void runScheduled();
  else stop().catch(fail);
});
process.on("disconnect", () => void stop());
