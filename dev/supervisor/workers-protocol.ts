import { z } from "zod";

/** One Worker's configuration: its wrangler.toml, its bundle, and the variables that differ locally. */
const workerInput = z.object({
  name: z.string(),
  config: z.string(),
  bundle: z.string(),
  variables: z.record(z.string(), z.string()),
  /** The port of V8's inspector, where something asks it. */
  inspectorPort: z.number().int().optional(),
});

const workersInput = z.object({
  stateDir: z.string(),
  /** Reached only through Pages. */
  api: workerInput,
  preview: workerInput.extend({ port: z.number().int() }),
  /** Reached only through the preview Worker. */
  types: workerInput,
  /** `site`: the folder of static files, with the Worker that Pages runs in front of them. */
  pages: z.object({ name: z.string(), config: z.string(), port: z.number().int(), site: z.string() }),
});
export type WorkersInput = z.infer<typeof workersInput>;

/** Messages from the supervisor to the process that hosts the runtimes. */
export const command = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), input: workersInput }),
  /** `id` correlates the report with this command. */
  z.object({ type: z.literal("scheduled"), id: z.number().int() }),
  z.object({ type: z.literal("stop") }),
]);
export type Command = z.infer<typeof command>;

/** Messages from that process to the supervisor. `fatal`: the runtime has ended and does not restart by itself. */
export const report = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("restarted") }),
  z.object({ type: z.literal("scheduled"), id: z.number().int().optional(), outcome: z.string() }),
  z.object({ type: z.literal("fatal"), message: z.string() }),
  z.object({ type: z.literal("log"), text: z.string() }),
]);
export type Report = z.infer<typeof report>;
