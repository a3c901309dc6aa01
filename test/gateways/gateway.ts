import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The environment of a gateway. */
export type GatewayEnvironment = {
  /** A temporary folder, which is also the gateway's home folder. */
  folder: string;
  port: number;
  /** The scripted Messages API. */
  upstream: string;
};

export type Gateway = {
  name: string;
  /** The package and its exact version. */
  package: string;
  /** Overrides for dependencies whose requested version is missing from the registry. */
  overrides?: Record<string, string>;
  /**
   * A second gateway between this one and the scripted model, for gateways that speak another API to their upstream.
   */
  upstreamGateway?: { gateway: Gateway; path: string };
  /** Configuration files, by their path in the folder. */
  files?: (at: GatewayEnvironment) => Record<string, string>;
  command: (at: GatewayEnvironment) => string[];
  /** Steps to run after the gateway responds, such as adding an account through its API. */
  prepare?: (url: string, at: GatewayEnvironment) => Promise<void>;
  /** The path of ANTHROPIC_BASE_URL after the gateway's origin. */
  path?: string;
  /** Headers for the gateway, as in ANTHROPIC_HEADERS. */
  headers?: (at: GatewayEnvironment) => Record<string, string>;
};

export type Running = { url: string; stop(): Promise<void> };

/** Installs a gateway from the registry, without its scripts, into its folder. */
export function install({ package: name, overrides = {} }: Gateway, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", overrides }));
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"];
  execFileSync("npm", ["install", ...options, name], { cwd: folder, stdio: "pipe", timeout: 300_000 });
}

/** Starts an installed gateway. Resolves when its port responds. */
export async function start(gateway: Gateway, at: GatewayEnvironment): Promise<Running> {
  for (const [path, content] of Object.entries(gateway.files?.(at) ?? {})) {
    mkdirSync(dirname(join(at.folder, path)), { recursive: true });
    writeFileSync(join(at.folder, path), content);
  }
  const [command = "", ...args] = gateway.command(at);
  const log = createWriteStream(join(at.folder, "gateway.log"));
  const env = { ...process.env, HOME: at.folder, PORT: String(at.port), CI: "true" };
  const child = spawn(command, args, { cwd: at.folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const url = `http://127.0.0.1:${at.port}`;
  try {
    await answering(url, child);
    await gateway.prepare?.(url, at);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { url: url + (gateway.path ?? ""), stop: () => stop(child) };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}; its log is in its folder`);
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("the gateway did not answer within a minute");
}

/** Kills the gateway's process group. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
