import { z } from "zod";
import { agent, type Image, modelTier, routing, runBudget, runMode } from "../../contract/index.ts";
import type { RunContext } from "./project-snapshot.ts";

/** The complete specification of a run, which the API Worker dispatches and the Session stores. */
export const runSpec = z.object({
  id: z.string(),
  projectId: z.string(),
  projectName: z.string(),
  ownerId: z.string(),
  plan: z.enum(["free", "pro", "enterprise"]),
  prompt: z.string(),
  mode: runMode,
  routing,
  /** The project's own agent at the start of the run: later changes to it do not affect the run. */
  ownAgent: agent.optional(),
  /** The requested tier, in place of the agent's own. */
  model: modelTier.optional(),
  budget: runBudget,
  onDisconnect: z.enum(["continue", "cancel"]),
  /** The day (UTC) whose budget pays, and the micro-dollars of it that are reserved for this run. */
  day: z.string(),
  reservedMicroUsd: z.int(),
  createdAt: z.int(),
  /** The request that started the run, whose trace the run continues; absent in runs of earlier versions. */
  origin: z.object({ requestId: z.string(), traceparent: z.string(), ownerId: z.string().optional() }).optional(),
});
export type RunSpec = z.infer<typeof runSpec>;

export type { Image };

/** The payload that the API Worker sends to the Session for a run that is in Postgres. */
export type EnqueuePayload = {
  start: RunSpec;
  images: Image[];
  /** The project's state just before, so that a run that starts at once does not read it again. */
  runContext: RunContext | null;
};
