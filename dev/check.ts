// `npm run check`: static checks, without a server. Runs every step, two at a time, even after one has failed.
import { spawn } from "node:child_process";

const steps: [name: string, command: string, ...args: string[]][] = [
  ["types", "tsc", "-b"],
  ["format and lint", "biome", "check", "."],
  ["layers and conventions", "vitest", "run", "--project", "layers", "--project", "conventions"],
  ["types of the bindings", "node", "dev/bindings.ts", "--check"],
  ["spelling", "cspell", "--no-progress", "--no-color"],
  ["duplicates", "jscpd", "worker", "preview", "frontend/src", "dev", "bench", "drizzle"],
  ["dead exports and dependencies", "knip", "--no-progress"],
];

const atOnce = 2;
const waiting = [...steps];
const failed: string[] = [];

/** Runs one program to its end, and prints its output when it fails. */
async function run(name: string, command: string, args: string[]): Promise<void> {
  const from = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((ended, broken) => child.once("close", ended).once("error", broken));
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code === 0) return;
  failed.push(name);
  console.log(Buffer.concat(said).toString("utf8"));
}

async function takeSteps(): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const [name, command, ...args] = step;
    await run(name, command, args);
  }
}

await Promise.all(Array.from({ length: atOnce }, takeSteps));
if (failed.length > 0) {
  console.log(`Failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
