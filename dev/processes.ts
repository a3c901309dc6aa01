import type { ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process with this id exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function isZombie(pid: number): boolean {
  const status = readOrUndefined(`/proc/${pid}/stat`);
  return status !== undefined && / Z /.test(status.slice(status.lastIndexOf(")")));
}

/** Returns the command line of a process, its arguments joined by spaces; undefined when it cannot be read. */
export function commandLine(pid: number): string | undefined {
  const fromProc = readOrUndefined(`/proc/${pid}/cmdline`);
  if (fromProc !== undefined) return fromProc.replaceAll("\0", " ").trim();
  try {
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return undefined; // No such process, or a system without ps: nothing is known.
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // The process has ended, or the system has no /proc.
  }
}

const TICKS_PER_SECOND = 100;

/** Returns the CPU time of a process in seconds; undefined when it cannot be read. */
export function cpuSecondsOf(pid: number): number | undefined {
  const status = readOrUndefined(`/proc/${pid}/stat`);
  if (status !== undefined) {
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }
  try {
    const time = execFileSync("ps", ["-p", String(pid), "-o", "time="], { encoding: "utf8", stdio: "pipe" }).trim();
    return time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  } catch {
    return undefined; // No such process, or a system without ps: nothing is known.
  }
}

/**
 * Sends a signal to a process or, with a negative id, to a process group.
 * @returns false when it no longer exists
 */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // ESRCH: the process has ended.
  }
}

/**
 * Waits until a process has ended.
 * @returns false when it is still alive after `withinMs`
 */
export async function waitForEnd(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Waits until a child has ended.
 * @returns false when it is still alive after `withinMs`
 */
export async function waitForChild(child: ChildProcess, withinMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Returns all descendants of a process. */
export function descendants(pid: number): number[] {
  const parents = new Map(allProcesses());
  const below = (ancestor: number): number[] =>
    [...parents].filter(([, parent]) => parent === ancestor).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** Returns pairs of process id and parent id. */
function allProcesses(): [number, number][] {
  if (existsSync("/proc/self/stat")) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      const status = readOrUndefined(`/proc/${pid}/stat`);
      const fields = status?.slice(status.lastIndexOf(")") + 2).split(" ");
      return fields === undefined || fields[0] === "Z" ? [] : [[Number(pid), Number(fields[1])] as [number, number]];
    });
  }
  const table = execFileSync("ps", ["-axo", "pid=,ppid="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return [pid ?? 0, parent ?? 0];
    });
}
