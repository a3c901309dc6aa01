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
  /** The model tier that overrides the agent's own. */
  model?: ModelTier | undefined;
  attachments?: readonly Attachment[];
};

/** Stores a prompt's attached files as one revision of the project. */
async function attach(projectId: string, parts: readonly AttachedPart[]): Promise<void> {
  const { revision } = await applyBatch(projectId, {
    message: parts.length === 1 ? "Attach a file" : "Attach files",
    operations: parts.map(({ path, content }) => ({ op: "create", path, content })),
  });
  moveHead(projectId, revision);
}

/** Deletes the files of a prompt that the server refused. */
async function takeBack(projectId: string, parts: readonly AttachedPart[]): Promise<void> {
  try {
    const { revision } = await applyBatch(projectId, {
      message: parts.length === 1 ? "Take the attached file back" : "Take the attached files back",
      operations: parts.map(({ path }) => ({ op: "delete", path })),
    });
    moveHead(projectId, revision);
  } catch {
    // The caller reports why the prompt was refused; the person sees the remaining files in the tree.
  }
}

/**
 * Starts a run. Sends a prompt of any length in full: stores a long prompt, and the attached texts, as files that the
 * agent reads. Stores them first, since a run may read them immediately, and deletes them again if the server refuses
 * the run.
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
    // Without a response the run may have started, and then needs its files.
    if (files.length > 0 && isRefusal(error)) await takeBack(projectId, files);
    throw error;
  }
}
