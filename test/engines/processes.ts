import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Started = { process: ChildProcess; output(): string; stop(): Promise<void> };

/** Starts a program with a temporary home folder, which `stop` removes. */
export function startProgram(command: string, args: string[], env: Record<string, string> = {}): Started {
  const home = mkdtempSync(join(tmpdir(), "edgesmith-engine-"));
  const child = spawn(command, args, {
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A separate process group, so that the browser's helper processes end with it.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const ended = once(child, "exit");
      process.kill(-child.pid, "SIGKILL");
      await ended;
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return { process: child, output: () => output, stop };
}

/** Starts a display for browsers that need one. With `-displayfd` the server chooses a free number and reports it. */
export async function startDisplay(): Promise<{ name: string; stop(): Promise<void> }> {
  const child = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const pipe = child.stdio[3];
  if (!pipe) throw new Error("Xvfb has no pipe for its display's number.");
  const number = await new Promise<string>((resolve, reject) => {
    pipe.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}.`)));
  });
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  return { name: `:${number}`, stop };
}
