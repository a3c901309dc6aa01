import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { isPortFree } from "../../dev/ports.ts";
import { descendants, isAlive } from "../../dev/processes.ts";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { until } from "../stage/until.ts";

export type Program = {
  child: ChildProcess;
  port: number;
  appUrl: string;
  /** The milliseconds from the call until the printed address responds. */
  readyMs: number;
  /** Returns all processes of the program, its own included. */
  processes(): number[];
  output(): string;
};

/**
 * Returns a port that is still free when the program restarts. The range between the ports that browsers block and the
 * lowest port of `freePort` is unused, so that a test running beside a stopped program cannot take the port.
 * @throws Error if no free pair was found in a hundred attempts
 */
export async function portOfRestarts(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(10_200, 11_999);
    if ((await isPortFree(port)) && (await isPortFree(port + 1))) return port;
  }
  throw new Error("Found no two free ports between 10,200 and 12,000.");
}

/** Runs `npm start` without npm. Resolves when the program has printed that it is ready. */
export async function startProgram(dataDir: string, port: number): Promise<Program> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["dev/install.mjs", "dev/start.ts"], {
    cwd: ROOT,
    env: { ...process.env, EDGESMITH_DATA: dataDir, PORT: String(port), RATE_LIMITS: "off" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  await until("that it is ready", 150_000, async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
    return output.includes("Ready in");
  });
  const appUrl = `http://localhost:${port}`;
  if (!output.includes(appUrl)) throw new Error(`it printed no address:\n${output}`);
  return {
    child,
    port,
    appUrl,
    readyMs: performance.now() - startedAt,
    processes: () => (child.pid === undefined ? [] : [child.pid, ...descendants(child.pid)]),
    output: () => output,
  };
}

/** Returns all processes whose command line names this folder. */
export function processesOn(dataDir: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && isAlive(pid) && mentions(pid, dataDir));
}

function mentions(pid: number, dataDir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dataDir);
  } catch {
    return false; // The process has ended meanwhile.
  }
}
