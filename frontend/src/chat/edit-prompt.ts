import { errorMessage } from "../api/client.ts";
import { toast } from "../ui/toast.tsx";
import { countReading } from "./attachments.ts";
import { choose } from "./choices.ts";
import { type EarlierPrompt, isOfOther, lostSentence, readEarlierPrompt } from "./earlier-prompt.ts";
import { replaceAttachments } from "./kept-attachments.ts";
import type { RunView } from "./run-view.ts";
import { replaceDraft } from "./set-aside.ts";

/** Puts a prompt's text into the box and focuses the box. Sets aside any text that was typed in the box. */
export function putPrompt(projectId: string, prompt: string): void {
  const composer = () => document.querySelector<HTMLTextAreaElement>("textarea[data-composer]");
  const isFocused = composer() === document.activeElement;
  replaceDraft(projectId, prompt);
  // Setting a value moves the caret to its end. A later move would undo a selection that the person made meanwhile.
  if (isFocused) return;
  requestAnimationFrame(() => {
    const box = composer();
    box?.focus();
    box?.setSelectionRange(prompt.length, prompt.length);
  });
}

/** Puts the images and options of an earlier prompt into the box, replacing the images of another earlier prompt. */
async function putRest(projectId: string, view: RunView, earlier: Promise<EarlierPrompt>): Promise<void> {
  // Blocks sending until the options have arrived, so that a prompt sent at once uses them.
  countReading(projectId, 1);
  try {
    await replaceAttachments(
      projectId,
      (one) => isOfOther(one, view.runId),
      earlier.then(({ pictures }) => pictures),
    );
    const { mode, agent, model, lost } = await earlier;
    const isInText = agent !== undefined && view.prompt.includes(`@${agent}`);
    choose(projectId, { mode, agent: agent === undefined || isInText ? "" : agent, model: model ?? null });
    if (lost > 0) toast(lostSentence(lost), "bad");
  } catch (error) {
    toast(`The prompt's pictures and model couldn't be read: ${errorMessage(error)}`, "bad");
  } finally {
    countReading(projectId, -1);
  }
}

/** Puts a sent prompt into the box, with its images, mode, agent and model. */
export function editPrompt(projectId: string, view: RunView, earlier = readEarlierPrompt(view)): void {
  putPrompt(projectId, view.prompt);
  void putRest(projectId, view, earlier);
}
