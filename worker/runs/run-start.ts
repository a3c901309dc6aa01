import { z } from "zod";
import { agent, type Image, routing, runBudget, runMode } from "../contract/index.ts";
import type { Beginning } from "./start-ground.ts";

/** Everything a run is started with: what the API Worker hands to the Session, and the Session keeps. */
export const runStart = z.object({
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
export type RunStart = z.infer<typeof runStart>;

export type { Image };

/** A run that has been noted, with what its Session is to know of it. */
export type Noted = {
  start: RunStart;
  images: Image[];
  /** What was read of the project just before, so that a run that begins at once need not read it again. */
  beginning: Beginning | null;
};
