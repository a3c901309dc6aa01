import { type ChildProcess, spawn } from "node:child_process";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, descendants, isAlive, signal, waitForChild } from "../processes.ts";
import { QUIET_WRANGLER, WRANGLER } from "./builds.ts";
import type { LogSink } from "./logs.ts";
import type { Watchdog } from "./watchdog.ts";

export type Pages = { pid(): number | undefined; stop(): Promise<void> };

export type PagesOptions = { folder: string; port: number; devRegistryDir: string; stateDir: string };

/**
 * Runs `wrangler pages dev` and keeps it running. It consists of two workerd and the wrangler above them, which starts
 * either again when it dies. A new front one, though, does not know where to send requests until wrangler reloads, and
 * lets them hang (README.md, "Healing"). So it is made to reload, by a change to a file that it watches; should that
 * not help, or wrangler itself die, the whole is replaced, which takes a second or two.
 */
export function startPages(options: PagesOptions, watchdog: Watchdog, log: LogSink): Pages {
  let stopping = false;
  let current: ChildProcess | undefined;

  function launch(): void {
    const started = Date.now();
    const child = spawn(process.execPath, ["--no-warnings", WRANGLER, ...pagesArguments(options)], {
      cwd: options.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...QUIET_WRANGLER, WRANGLER_REGISTRY_PATH: options.devRegistryDir },
    });
    current = child;
    const { pid } = child;
    child.once("error", (error) => log(`wrangler pages dev could not be started: ${error.message}`));
    if (pid === undefined) return;
    watchdog.guard(pid);
    const end = () => signal(-pid, "SIGKILL");
    let front = findFront(child, options.port);
    const heal = async () => {
      const known = await front;
      if (known === undefined || !isAlive(known)) {
        remindOfAddress(options.folder);
        front = findFront(child, options.port);
      }
      if (!(await answers(options.port, 5_000))) end();
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        log(String(chunk));
        if (String(chunk).includes("runtime crashed unexpectedly")) void heal();
      });
    }
    child.once("exit", () => {
      end(); // Its workerd may have outlived it.
      watchdog.release(pid);
      void relaunch(Date.now() - started);
    });
  }

  async function relaunch(livedMs: number): Promise<void> {
    if (livedMs < 500) await sleep(500); // It cannot even start: not in a tight loop.
    if (!stopping) launch();
  }

  launch();
  return {
    pid: () => current?.pid,
    stop: async () => {
      stopping = true;
      if (current?.pid === undefined) return;
      signal(current.pid, "SIGTERM");
      if (!(await waitForChild(current, 3_000))) signal(-current.pid, "SIGKILL");
      await waitForChild(current, 3_000);
    },
  };
}

/** The id of the workerd that listens at the app's port, as soon as there is one. */
async function findFront(wrangler: ChildProcess, port: number): Promise<number | undefined> {
  while (wrangler.pid !== undefined && wrangler.exitCode === null && wrangler.signalCode === null) {
    const found = descendants(wrangler.pid).find((pid) => commandLine(pid)?.includes(`entry=127.0.0.1:${port} `));
    if (found !== undefined) return found;
    await sleep(100);
  }
  return undefined;
}

/** Makes wrangler reload, after which it tells the front workerd where the inner one is. */
function remindOfAddress(folder: string): void {
  const now = new Date();
  utimesSync(join(folder, "functions/v1/[[path]].ts"), now, now);
}

/** Whether anything at all comes back: the API Worker's own health is not asked for here. */
async function answers(port: number, withinMs: number): Promise<boolean> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!deadline.aborted) {
    try {
      await fetch(`http://127.0.0.1:${port}/v1/health`, { method: "HEAD", signal: deadline });
      return true;
    } catch {
      await sleep(50); // Nobody listens yet, or the time is up: the loop decides.
    }
  }
  return false;
}

function pagesArguments({ port, stateDir }: PagesOptions): string[] {
  const address = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  const quiet = ["--log-level", "warn", "--show-interactive-dev-session=false"];
  return ["pages", "dev", ...address, ...quiet, "--persist-to", join(stateDir, "pages")];
}
