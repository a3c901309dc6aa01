import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { signal, waitForChild } from "../processes.ts";
import { QUIET_WRANGLER, WRANGLER } from "./builds.ts";
import type { LogSink } from "./logs.ts";
import type { Watchdog } from "./watchdog.ts";

export type Pages = { pid(): number | undefined; stop(): Promise<void> };

export type PagesOptions = { folder: string; port: number; devRegistryDir: string; stateDir: string };

/**
 * Runs `wrangler pages dev` and keeps it running. It consists of two workerd and the wrangler above them. Wrangler
 * restarts either workerd when it dies, but a restarted front one has forgotten where to send requests and hangs
 * (README.md, "Healing"). So as soon as wrangler says that one died, the whole of it is replaced, in about a second.
 */
export function startPages(options: PagesOptions, watchdog: Watchdog, log: LogSink): Pages {
  let stopping = false;
  let child: ChildProcess | undefined;
  let lastStart = 0;

  function launch(): void {
    lastStart = Date.now();
    const started = spawn(process.execPath, ["--no-warnings", WRANGLER, ...pagesArguments(options)], {
      cwd: options.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...QUIET_WRANGLER, WRANGLER_REGISTRY_PATH: options.devRegistryDir },
    });
    child = started;
    const { pid } = started;
    if (pid !== undefined) watchdog.guard(pid);
    const end = () => pid !== undefined && signal(-pid, "SIGKILL");
    for (const stream of [started.stdout, started.stderr]) {
      stream.on("data", (chunk) => {
        log(String(chunk));
        if (String(chunk).includes("runtime crashed unexpectedly")) end();
      });
    }
    started.once("error", (error) => log(`wrangler pages dev could not be started: ${error.message}`));
    started.once("exit", () => {
      end(); // Its workerd may have outlived it.
      if (pid !== undefined) watchdog.release(pid);
      void relaunch();
    });
  }

  async function relaunch(): Promise<void> {
    if (Date.now() - lastStart < 1_000) await sleep(1_000); // It cannot even start: no faster than once a second.
    if (!stopping) launch();
  }

  launch();
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      if (child?.pid === undefined) return;
      signal(child.pid, "SIGTERM");
      if (!(await waitForChild(child, 3_000))) signal(-child.pid, "SIGKILL");
      await waitForChild(child, 3_000);
    },
  };
}

function pagesArguments({ port, stateDir }: PagesOptions): string[] {
  const address = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  return ["pages", "dev", ...address, "--persist-to", join(stateDir, "pages"), "--show-interactive-dev-session=false"];
}
