import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, cpuSecondsOf, descendants, signal } from "../processes.ts";

/** `port`: where the runtime listens, which also tells its process. `cpuSeconds`: how long it may work without an answer. */
export type HangWatch = { port: number; cpuSeconds: number; log: (text: string) => void };

const EVERY_MS = 500;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Kills a workerd that has not answered for `cpuSeconds` of its own processor time, for as long as this process lives.
 * workerd runs all its Workers in one thread and does not enforce limits of CPU time, so that code that never ends would
 * stop everything in it for good. Processor time, and not time, since a busy machine is no reason.
 */
export async function watchForHang({ port, cpuSeconds, log }: HangWatch): Promise<never> {
  let silent: { pid: number; cpu: number } | undefined;
  for (;;) {
    await sleep(EVERY_MS, undefined, { ref: false });
    const usage = (await answers(port)) ? undefined : usageAt(port);
    if (usage === undefined || silent?.pid !== usage.pid) {
      silent = usage;
    } else if (usage.cpu - silent.cpu >= cpuSeconds) {
      log(`error: workerd did not answer for ${cpuSeconds} s of processor time and is started again`);
      signal(usage.pid, "SIGKILL");
    }
  }
}

/** Any answer will do: what counts is that the thread is free. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false; // Busy, or just being started: either way there was no answer.
  }
}

function usageAt(port: number): { pid: number; cpu: number } | undefined {
  const pid = descendants(process.pid).find((pid) => commandLine(pid)?.includes(`=127.0.0.1:${port} `));
  const cpu = pid === undefined ? undefined : cpuSecondsOf(pid);
  return pid === undefined || cpu === undefined ? undefined : { pid, cpu };
}
