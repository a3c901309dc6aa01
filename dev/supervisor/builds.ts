import { spawn } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CACHE, contentHash, ROOT } from "./content-hash.ts";

const resolve = createRequire(import.meta.url).resolve;
/** Wrangler's own program, without the wrapper script that starts a second Node for it. */
export const WRANGLER = join(dirname(resolve("wrangler/package.json")), "wrangler-dist/cli.js");
const VITE = join(dirname(resolve("vite/package.json")), "bin/vite.js");

const COMMON = ["package-lock.json", "tsconfig.base.json"];

const WORKERS = {
  api: { config: "wrangler.toml", sources: ["worker", "drizzle"] },
  preview: { config: "preview/wrangler.toml", sources: ["preview", "worker/contract"] },
  types: { config: "preview/types/wrangler.toml", sources: ["preview", "worker/contract"] },
};

/**
 * Bundles a Worker with wrangler's own bundler, as a deployment would. Reuses the bundle of identical sources.
 * @returns the bundle's path
 */
export function bundleWorker(name: keyof typeof WORKERS): Promise<string> {
  const { config, sources } = WORKERS[name];
  const made = (outDir: string) => [WRANGLER, "deploy", "--dry-run", "-c", join(ROOT, config), "--outdir", outDir];
  return buildOnce(`worker-${name}`, contentHash([...COMMON, config, ...sources]), made);
}

/**
 * Builds the front end with Vite. Reuses the build of identical sources.
 * @returns the build's path
 */
export function buildFrontEnd(): Promise<string> {
  const hash = contentHash([...COMMON, "frontend", "worker/contract"]);
  return buildOnce("front-end", hash, (outDir) => [
    VITE,
    "build",
    join(ROOT, "frontend"),
    "--outDir",
    outDir,
    "--emptyOutDir",
  ]);
}

async function buildOnce(name: string, hash: string, command: (outDir: string) => string[]): Promise<string> {
  const target = join(CACHE, `${name}-${hash}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  await runNode(command(unfinished), `${name} could not be built`);
  deleteOlderBuilds(name);
  if (!existsSync(target)) renameSync(unfinished, target);
  return target;
}

/** Keeps the eight newest builds: a running stack reads its own again when its runtime restarts. */
function deleteOlderBuilds(name: string): void {
  const finished = new RegExp(`^${name}-[0-9a-f]{20}$`);
  const builds = readdirSync(CACHE).filter((entry) => finished.test(entry));
  const age = (entry: string) => statSync(join(CACHE, entry)).mtimeMs;
  for (const entry of builds.sort((one, other) => age(other) - age(one)).slice(7)) {
    rmSync(join(CACHE, entry), { recursive: true, force: true });
  }
}

function runNode(args: string[], complaint: string): Promise<void> {
  const env = { ...process.env, ...QUIET_WRANGLER, NODE_ENV: "production" };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${complaint}:\n${output.trim()}`))));
  });
}

/** Disables telemetry, update checks, prompts, downloads and writes to the home folder. */
export const QUIET_WRANGLER = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_EXPLORER: "false",
  CI: "1",
  NO_COLOR: "1",
  NODE_COMPILE_CACHE: join(CACHE, "node"),
};
