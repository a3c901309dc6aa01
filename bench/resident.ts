import { readdirSync, readFileSync } from "node:fs";

/** Returns the resident memory of processes in bytes, as Linux reports it. */
export function residentBytes(pids: number[]): number {
  return pids
    .map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024)
    .reduce((sum, one) => sum + one, 0);
}

/** The kernel's ticks per second, the unit in which Linux reports times of processes. */
const ticksPerSecond = 100;

/** Returns the processor time that processes have used, in milliseconds: it hardly depends on the load of the machine. */
export function processorMs(pids: number[]): number {
  const ticks = pids.map((pid) => {
    // The fields behind the name, which is in parentheses: user time and system time are the 14th and the 15th of all.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return (ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond) * 1_000;
}

/** Returns the workerd processes that this process has started. */
export function ownWorkerd(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOwnWorkerd(pid));
}

function isOwnWorkerd(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return /^Name:\s+workerd/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);
  } catch (error) {
    // The process has ended since the list was read.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return false;
    throw error;
  }
}
