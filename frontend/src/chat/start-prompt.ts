import type { Run, RunMode } from "../../../worker/contract/index.ts";
import { applyBatch } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { startRun } from "../api/runs.ts";
import { type AttachedPart, attachedParts, promptWithAttachment } from "./long-prompt.ts";

export type Sent = { prompt: string; mode?: RunMode; agent?: string | undefined };

/** Stores files that hold a prompt, as one revision of the project. */
async function attach(projectId: string, parts: readonly AttachedPart[]): Promise<void> {
  const { revision } = await applyBatch(projectId, {
    message: "Attach a long prompt",
    operations: parts.map(({ path, content }) => ({ op: "create", path, content })),
  });
  moveHead(projectId, revision);
}

/**
 * Starts a run. A prompt of any length is sent whole: a long one as files that the agent reads.
 * @throws ApiError when the server refuses the files or the run
 */
export async function startPrompt(projectId: string, { prompt, mode, agent }: Sent): Promise<Run> {
  const parts = attachedParts(prompt, new Date());
  if (parts.length > 0) await attach(projectId, parts);
  const paths = parts.map(({ path }) => path);
  return startRun(projectId, {
    prompt: paths.length === 0 ? prompt : promptWithAttachment(prompt, paths),
    ...(mode === undefined ? {} : { mode }),
    ...(agent === undefined ? {} : { agent }),
  });
}
