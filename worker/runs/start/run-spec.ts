import { z } from "zod";
import { agent, type Image, routing, runBudget, runMode } from "../../contract/index.ts";
import type { RunContext } from "./project-snapshot.ts";

/** The complete specification of a run: the API Worker dispatches it to the Session, which stores it. */
export const runSpec = z.object({
  id: z.string(),
  projectId: z.string(),
  projectName: z.string(),
  ownerId: z.string(),
  plan: z.enum(["free", "pro", "enterprise"]),
  prompt: z.string(),
  mode: runMode,
  routing,
  /** The agent as it was when the run began, where it is the project's own: a run goes on with what it was given. */
  ownAgent: agent.optional(),
  budget: runBudget,
  onDisconnect: z.enum(["continue", "cancel"]),
  /** The day (UTC) whose budget pays, and what of it is set aside for this run, in micro-dollars. */
  day: z.string(),
  reservedMicroUsd: z.int(),
  createdAt: z.int(),
});
export type RunSpec = z.infer<typeof runSpec>;

export type { Image };

/** What the API Worker sends to the Session for a run that is in Postgres. */
export type EnqueuePayload = {
  start: RunSpec;
  images: Image[];
  /** What was read of the project just before, so that a run that begins at once need not read it again. */
  runContext: RunContext | null;
};
