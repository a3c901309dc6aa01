import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { signal, waitForChild } from "../processes.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";

export const SUPERUSER = "edgesmith";

/** Creates a data folder atomically: builds it beside its final path and moves it there, so a crash leaves none. */
export async function initialise(
  binaries: Binaries,
  account: Account,
  dataDir: string,
  password: string,
): Promise<void> {
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  const unfinished = `${dataDir}.unfinished`;
  const secrets = mkdtempSync(join(tmpdir(), "edgesmith-initdb-"));
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const passwordFile = join(secrets, "password");
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [unfinished, secrets, passwordFile]) account.own(path);
    const flags = [
      "--no-locale",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-sync",
    ];
    const auth = ["--auth=scram-sha-256", `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
    await run(account, binaries.initdb, [`--pgdata=${unfinished}`, ...flags, ...auth]);
    renameSync(unfinished, dataDir);
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

async function run(account: Account, program: string, args: string[]): Promise<void> {
  const call = account.command(program, args);
  const child = spawn(call.program, call.args, {
    ...account.spawnOptions,
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
}

/**
 * Starts the server and waits until it accepts connections. The server has its own process group, so that a Ctrl-C in
 * the terminal reaches only the supervisor, which stops the server last. Retries for a few seconds, because the
 * processes of a killed predecessor take a moment to release its shared memory.
 * @throws Error with the output of the server, when it does not start
 */
export async function launch(
  binaries: Binaries,
  account: Account,
  args: string[],
  onLog: (text: string) => void,
): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    const call = account.command(binaries.postgres, args);
    const child = spawn(call.program, call.args, {
      ...account.spawnOptions,
      stdio: ["ignore", "ignore", "pipe"],
      cwd: dirname(binaries.postgres),
      detached: true,
      env: { ...process.env, LC_MESSAGES: "C" },
    });
    const failure = await ready(child, onLog);
    if (failure === undefined) return child;
    if (attempt === 10 || !/shared memory|lock file/.test(failure))
      throw new Error(`PostgreSQL did not start:\n${failure}`);
    await sleep(300);
  }
}

/**
 * Resolves with undefined when the server accepts connections, otherwise with the output that it printed before it
 * ended.
 */
function ready(child: ChildProcess, onLog: (text: string) => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    let output = "";
    child.stderr?.on("data", (chunk) => {
      onLog(String(chunk));
      if (output.length < 10_000) output += String(chunk);
      if (String(chunk).includes("ready to accept connections")) resolve(undefined);
    });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", () => resolve(output));
  });
}

/**
 * Requests a fast shutdown: open transactions roll back, everything committed is on disk. Kills the server when it
 * hangs.
 * @throws Error when the process outlives SIGKILL
 */
export async function shutDown(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  for (const name of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    signal(child.pid, name);
    if (await waitForChild(child, 10_000)) return;
  }
  throw new Error(`PostgreSQL (process ${child.pid}) does not stop`);
}
