import type { Stack } from "../../dev/stack.ts";
import { type Caller, newCaller, newProject, startRun } from "../../test/stage/caller.ts";
import { openTestStack } from "../../test/stage/stack.ts";

/** A whole Edgesmith with one account, shared by all measurements. */
export type Stage = { stack: Stack; caller: Caller; close(): Promise<void> };

/** Starts a whole Edgesmith and creates the account. `close` stops it and deletes its data. */
export async function openStage(): Promise<Stage> {
  const { stack, close } = await openTestStack({ variables: { LOG_LEVEL: "error" } });
  return { stack, caller: await newCaller(stack), close };
}

/** Starts a run in a new project. */
export const newRun = async ({ caller }: Stage, prompt: string) => startRun(caller, await newProject(caller), prompt);

/**
 * Cancels a run.
 * @throws Error when the API refuses
 */
export async function cancel({ caller }: Stage, runId: string): Promise<void> {
  const answer = await caller.request(`/v1/runs/${runId}/cancel`, { method: "POST" });
  if (!answer.ok) throw new Error(`cancel: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}
