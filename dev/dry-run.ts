// `npm run deploy:dry-run`: bundles the Workers as a deployment would, checks their sizes against the limits, and
// checks the API Worker's start-up time.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { environmentIn } from "./deploy/environments.ts";
import { startupMs } from "./startup-time.ts";
import { WRANGLER } from "./supervisor/builds.ts";
import { bundledModules } from "./supervisor/bundled-modules.ts";
import { ROOT } from "./supervisor/content-hash.ts";

const outside = join(ROOT, ".edgesmith/dry-run");
const mega = 1_000_000;
const kilo = 1_000;

type Limits = { minified: number; gzip: number };
type Worker = { name: string; config: string; limits: Limits; maxStartupMs?: number; leftOut: string[] };
const workers: Worker[] = [
  {
    name: "api",
    config: "wrangler.toml",
    limits: { minified: 5 * mega, gzip: 1.5 * mega },
    maxStartupMs: 100,
    // Code that never runs, about 20 % of the bundle, which [alias] in wrangler.toml and
    // worker/agents/model/anthropic.ts exclude.
    leftOut: ["zod/v4/locales/de.js", "@anthropic-ai/sdk/resources/beta/messages/"],
  },
  // The bundler and its compilers ship only in this Worker.
  { name: "preview", config: "preview/wrangler.toml", limits: { minified: 40 * mega, gzip: 10 * mega }, leftOut: [] },
  {
    name: "types",
    config: "preview/types/wrangler.toml",
    limits: { minified: 10 * mega, gzip: 3 * mega },
    leftOut: ["esbuild-wasm"],
  },
];

/** `--print-startup` prints the start-up time without enforcing the limit, for slow or busy machines such as CI's. */
const onlyPrintsStartup = process.argv.includes("--print-startup");

const environment = environmentIn(process.argv.slice(2));

let fails = false;
for (const { name, config, limits, maxStartupMs, leftOut } of workers) {
  const folder = join(outside, name);
  rmSync(folder, { recursive: true, force: true });
  const metafile = `${folder}.json`;
  const bundle = `${folder}.bundle`;
  const written = ["--outdir", folder, "--outfile", bundle, "--metafile", metafile];
  const options = ["--dry-run", "-c", config, "--env", environment, ...written];
  execFileSync(process.execPath, [WRANGLER, "deploy", ...options], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "1" },
  });
  const modules = bundledModules(folder);
  if (modules.length === 0) throw new Error(`${name}: nothing was bundled`);
  const contents = modules.map(({ file }) => readFileSync(join(folder, file)));
  const minified = contents.reduce((sum, content) => sum + content.length, 0);
  const gzip = contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
  const holds = minified <= limits.minified && gzip <= limits.gzip;
  fails ||= !holds;
  const inWords = (bytes: number) => `${(bytes / kilo).toFixed(0)} kB`;
  console.log(
    `${holds ? "ok" : "TOO LARGE"}  ${name}: ${inWords(minified)} minified (at most ${inWords(limits.minified)}), ` +
      `${inWords(gzip)} gzip (at most ${inWords(limits.gzip)})`,
  );
  if (maxStartupMs !== undefined) {
    const ms = startupMs(config, bundle, maxStartupMs);
    fails ||= ms > maxStartupMs && !onlyPrintsStartup;
    console.log(
      `${ms <= maxStartupMs ? "ok" : "TOO SLOW"}  ${name}: starts in ${ms.toFixed(0)} ms (at most ${maxStartupMs} ms)`,
    );
  }
  const bundled = bundledSources(metafile);
  for (const part of leftOut.filter((part) => bundled.some((source) => source.includes(part)))) {
    fails = true;
    console.log(`BUNDLED AGAIN  ${name}: ${part}`);
  }
}
process.exitCode = fails ? 1 : 0;

/** Returns the source files that contribute at least one byte to the bundle. */
function bundledSources(metafile: string): string[] {
  type Output = { inputs: Record<string, { bytesInOutput: number }> };
  const { outputs }: { outputs: Record<string, Output> } = JSON.parse(readFileSync(metafile, "utf8"));
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([source]) => source);
}
