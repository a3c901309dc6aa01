import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, cpuSecondsOf, descendants, signal } from "../processes.ts";

/** `port`: the runtime's port, which also identifies its process. `cpuSeconds`: CPU time allowed without a response. */
export type HangWatch = { port: number; cpuSeconds: number; log: (text: string) => void };

const EVERY_MS = 500;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Kills a workerd that has used `cpuSeconds` of CPU time without responding, for as long as this process lives. workerd
 * runs all its Workers in one thread and does not enforce CPU limits, so an endless loop would block everything in it
 * forever. Measures CPU time instead of wall-clock time, since a busy machine is not a hang.
 */
export async function watchForHang({ port, cpuSeconds, log }: HangWatch): Promise<never> {
  let silent: { pid: number; cpu: number } | undefined;
  for (;;) {
    await sleep(EVERY_MS, undefined, { ref: false });
    const usage = (await answers(port)) ? undefined : usageAt(port);
    if (usage === undefined || silent?.pid !== usage.pid) {
      silent = usage;
    } else if (usage.cpu - silent.cpu >= cpuSeconds) {
      log(`error: workerd did not respond for ${cpuSeconds} s of processor time and is restarted`);
      signal(usage.pid, "SIGKILL");
    }
  }
}

/** Whether the runtime sends any response at all: that shows that its thread is free. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false; // Busy or still starting: no response either way.
  }
}

function usageAt(port: number): { pid: number; cpu: number } | undefined {
  const pid = descendants(process.pid).find((pid) => commandLine(pid)?.includes(`=127.0.0.1:${port} `));
  const cpu = pid === undefined ? undefined : cpuSecondsOf(pid);
  return pid === undefined || cpu === undefined ? undefined : { pid, cpu };
}
