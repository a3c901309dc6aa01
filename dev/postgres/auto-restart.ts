import type { ChildProcess } from "node:child_process";
import { shutDown } from "./server.ts";

export type AutoRestartOptions = {
  launch: () => Promise<ChildProcess>;
  /** Cleans up after a crash, before the next launch. */
  clear: () => Promise<void>;
  log: (text: string) => void;
  onStarted: (pid: number) => void;
  onEnded: (pid: number) => void;
};

/**
 * Starts a server and restarts it whenever it ends unexpectedly.
 * @throws Error when the first launch fails
 */
export async function startWithAutoRestart(
  options: AutoRestartOptions,
): Promise<{ pid(): number | undefined; stop(): Promise<void> }> {
  let stopping = false;
  let relaunching: Promise<void> | undefined;
  let server = await launch();

  async function launch(): Promise<ChildProcess> {
    const launched = await options.launch();
    const { pid } = launched;
    if (pid !== undefined) options.onStarted(pid);
    launched.once("exit", () => {
      if (pid !== undefined) options.onEnded(pid);
      if (!stopping) relaunching = relaunch();
    });
    return launched;
  }

  async function relaunch(): Promise<void> {
    options.log("PostgreSQL ended unexpectedly and is restarted\n");
    try {
      await options.clear();
      server = await launch();
    } catch (error) {
      options.log(`PostgreSQL could not be restarted: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  // A process that exits without calling stop() takes its server with it.
  const atExit = () => server.kill("SIGINT");
  process.once("exit", atExit);
  return {
    pid: () => server.pid,
    stop: async () => {
      stopping = true;
      process.off("exit", atExit);
      await relaunching;
      await shutDown(server);
    },
  };
}
