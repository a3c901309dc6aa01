import type { ModelTier, Run, RunMode } from "../../../worker/contract/index.ts";
import { isRefusal } from "../api/client.ts";
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

/** Removes the files of a prompt that the server has refused. */
async function takeBack(projectId: string, parts: readonly AttachedPart[]): Promise<void> {
  try {
    const { revision } = await applyBatch(projectId, {
      message: parts.length === 1 ? "Take the attached file back" : "Take the attached files back",
      operations: parts.map(({ path }) => ({ op: "delete", path })),
    });
    moveHead(projectId, revision);
  } catch {
    // The person has to hear why the prompt was refused, and sees the files in the tree.
  }
}

/**
 * Starts a run. A prompt of any length is sent whole: a long one, and the texts attached to it, as files that the agent reads.
 * They are stored first, since a run may read at once, and removed again where the run is refused.
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
  const files = [...texts, ...parts];
  if (files.length > 0) await attach(projectId, files);
  const paths = parts.map(({ path }) => path);
  try {
    return await startRun(projectId, {
      prompt: (paths.length === 0 ? prompt : promptWithAttachment(prompt, paths)) + note,
      ...(images.length === 0 ? {} : { images }),
      ...(mode === undefined ? {} : { mode }),
      ...(agent === undefined ? {} : { agent }),
      ...(model === undefined ? {} : { model }),
    });
  } catch (error) {
    // Without an answer the run may have started, and reads its files.
    if (files.length > 0 && isRefusal(error)) await takeBack(projectId, files);
    throw error;
  }
}
