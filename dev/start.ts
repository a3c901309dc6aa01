import { resolve } from "node:path";
import { z } from "zod";
import { type Stack, startStack } from "./stack.ts";
import { ROOT } from "./supervisor/content-hash.ts";
import { printedProgress } from "./supervisor/progress.ts";
import { localDefaults, namesModel, passedVariables } from "./supervisor/variables.ts";

const given = passedVariables(process.env);
const defaults = localDefaults(given);
const variables = { ...defaults.variables, ...given };
let stack: Stack | undefined;
const stopping = new AbortController();

async function main(): Promise<void> {
  const started = Date.now();
  const dataDir = resolve(ROOT, process.env.EDGESMITH_DATA || ".edgesmith");
  const port = Number(process.env.PORT || 8787);
  console.log("Starting Edgesmith …");
  const running = await startStack({
    dataDir,
    port,
    variables,
    verbose: process.env.EDGESMITH_VERBOSE === "1",
    progress: printedProgress(console.log),
    abort: stopping.signal,
  });
  stack = running;
  if (stopping.signal.aborted) return;
  console.log(`\n  ${running.appUrl}\n`);
  if (!namesModel(variables)) {
    console.log("  A scripted model answers. For a real one, stop and start again with ANTHROPIC_API_KEY set, or with");
    console.log("  ANTHROPIC_BASE_URL set to any server that speaks the Messages API.");
  } else await printNotice(running.port);
  for (const notice of defaults.notices) console.log(`  ${notice}`);
  console.log(
    `  Ready in ${((Date.now() - started) / 1000).toFixed(1)} s. Logs: ${running.logFolder}. Ctrl-C stops it.`,
  );
}

/** Prints the Worker's notice about the configured model, for example that its price is unknown. */
async function printNotice(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/ready`);
  const ready = z.object({ model: z.object({ notice: z.string().nullable() }) }).safeParse(await answer.json());
  if (ready.data?.model.notice) console.log(`  ${ready.data.model.notice}`);
}

/** Ignores further signals while stopping: in a terminal npm forwards the signal a second time. */
async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort(new Error("It was stopped."));
  console.log("\nStopping Edgesmith …");
  await starting;
  await stack?.stop();
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
process.on("disconnect", () => void stop());

const starting = main().catch((error: unknown) => {
  if (stopping.signal.aborted) return;
  console.error(`\nEdgesmith could not be started. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
