import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { signal, waitForChild } from "../processes.ts";
import { QUIET_WRANGLER } from "./builds.ts";
import type { LogSink } from "./logs.ts";
import type { Watchdog } from "./watchdog.ts";
import { type Command, type Report, report, type WorkersInput } from "./workers-protocol.ts";

export type Workers = {
  pid(): number | undefined;
  /** Runs the cron handler now. */
  runScheduled(): Promise<string>;
  stop(): Promise<void>;
};

const PROGRAM = fileURLToPath(new URL("./workers-process.ts", import.meta.url));

/** Starts the Workers and keeps them running: Miniflare restarts workerd, and this function the process around it. */
export async function startWorkers(input: WorkersInput, watchdog: Watchdog, log: LogSink): Promise<Workers> {
  let stopping = false;
  let child: ChildProcess | undefined;

  async function launch(): Promise<void> {
    const started = fork(PROGRAM, { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"], env: environment() });
    child = started;
    const { pid } = started;
    if (pid !== undefined) watchdog.guard(pid);
    for (const stream of [started.stdout, started.stderr]) stream?.on("data", (chunk) => log(String(chunk)));
    started.once("exit", () => {
      if (pid === undefined) return;
      signal(-pid, "SIGKILL"); // A runtime that outlived its host process would keep the port.
      watchdog.release(pid);
    });
    await firstReport(started, input, log);
    started.on("message", (message) => {
      const received = report.parse(message);
      if (received.type === "fatal") started.kill("SIGKILL");
    });
    started.once("exit", () => void relaunch());
  }

  async function relaunch(): Promise<void> {
    while (!stopping) {
      try {
        log("the process that hosts the Workers has ended and is restarted");
        return await launch();
      } catch (error) {
        log(`the restart failed: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(500);
      }
    }
  }

  await launch();
  return {
    pid: () => child?.pid,
    runScheduled: () => {
      if (child === undefined) throw new Error("the Workers are not running");
      return scheduledOutcome(child);
    },
    stop: async () => {
      stopping = true;
      if (child === undefined) return;
      if (child.connected) send(child, { type: "stop" });
      if (!(await waitForChild(child, 5_000))) child.kill("SIGKILL");
      await waitForChild(child, 5_000);
    },
  };
}

let scheduledCalls = 0;

/**
 * Requests a run of the cron handler.
 * @returns its outcome
 */
function scheduledOutcome(child: ChildProcess): Promise<string> {
  scheduledCalls += 1;
  const id = scheduledCalls;
  const outcome = new Promise<string>((resolve) => {
    const listen = (message: unknown) => {
      const received = report.parse(message);
      if (received.type !== "scheduled" || received.id !== id) return;
      child.off("message", listen);
      resolve(received.outcome);
    };
    child.on("message", listen);
  });
  send(child, { type: "scheduled", id });
  return outcome;
}

/** Resolves when the Workers run; rejects with the runtime's output when they fail to start. */
function firstReport(child: ChildProcess, input: WorkersInput, log: LogSink): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      child.kill("SIGKILL");
      reject(new Error(`The Workers did not start: ${message}`));
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, name) => fail(`their process ended (${code ?? name})`));
    child.on("message", (message) => {
      const received: Report = report.parse(message);
      if (received.type === "log") log(received.text);
      else if (received.type === "ready") resolve();
      else if (received.type === "fatal") fail(received.message);
      else log(received.type === "scheduled" ? `cron: ${received.outcome}` : "workerd had ended and was restarted");
    });
    send(child, { type: "start", input });
  });
}

const send = (child: ChildProcess, command: Command) => child.send(command);

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ...QUIET_WRANGLER, NODE_NO_WARNINGS: "1" };
}
