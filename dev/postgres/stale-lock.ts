import { readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine, isAlive, signal, waitForEnd } from "../processes.ts";

/**
 * Makes a data folder startable after a crash. Stops a server that outlived its killed supervisor, by a clean shutdown.
 * Deletes a `postmaster.pid` whose process has ended, since an unrelated process may have its number by now.
 * @throws Error when the earlier server does not stop within 15 s
 */
export async function clearStaleLock(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  if (isAlive(pid) && isPostgresOf(pid, dataDir)) {
    signal(pid, "SIGINT");
    if (!(await waitForEnd(pid, 15_000))) throw new Error(`PostgreSQL (process ${pid}) of ${dataDir} does not stop`);
  }
  rmSync(pidFile, { force: true });
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // No such file: the last shutdown was clean.
  }
}

function isPostgresOf(pid: number, dataDir: string): boolean {
  const line = commandLine(pid);
  return line?.includes("postgres") === true && (line.includes(dataDir) || line.includes(realpathSync(dataDir)));
}
