import type { ModelTier, Run, RunMode } from "../../../worker/contract/index.ts";
import { applyBatch } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { startRun } from "../api/runs.ts";
import type { Attachment } from "./attachments.ts";
import { type AttachedPart, attachedNote, attachedParts, attachedTexts, promptWithAttachment } from "./long-prompt.ts";

export type Sent = {
  prompt: string;
  mode?: RunMode;
  agent?: string | undefined;
  /** The tier of the model to use in place of the agent's own. */
  model?: ModelTier | undefined;
  attachments?: readonly Attachment[];
};

/** Stores files that go with a prompt, as one revision of the project. */
async function attach(projectId: string, parts: readonly AttachedPart[]): Promise<void> {
  const { revision } = await applyBatch(projectId, {
    message: parts.length === 1 ? "Attach a file" : "Attach files",
    operations: parts.map(({ path, content }) => ({ op: "create", path, content })),
  });
  moveHead(projectId, revision);
}

/**
 * Starts a run. A prompt of any length is sent whole: a long one, and the texts attached to it, as files that the agent reads.
 * @throws ApiError when the server refuses the files or the run
 */
export async function startPrompt(projectId: string, sent: Sent): Promise<Run> {
  const { prompt, mode, agent, model, attachments = [] } = sent;
  const now = new Date();
  const texts = attachedTexts(
    attachments.flatMap((one) => (one.kind === "text" ? [one] : [])),
    now,
  );
  const images = attachments.flatMap((one) => (one.kind === "image" ? [one.image] : []));
  const note = attachedNote(texts.map(({ path }) => path));
  const parts = attachedParts(prompt, now, note.length);
  if (parts.length + texts.length > 0) await attach(projectId, [...texts, ...parts]);
  const paths = parts.map(({ path }) => path);
  return startRun(projectId, {
    prompt: (paths.length === 0 ? prompt : promptWithAttachment(prompt, paths)) + note,
    ...(images.length === 0 ? {} : { images }),
    ...(mode === undefined ? {} : { mode }),
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
  });
}
