import { errorMessage } from "../api/client.ts";
import { toast } from "../ui/toast.tsx";
import { countReading } from "./attachments.ts";
import { choose } from "./choices.ts";
import { type EarlierPrompt, isOfOther, lostSentence, readEarlierPrompt } from "./earlier-prompt.ts";
import { replaceAttachments } from "./kept-attachments.ts";
import type { RunView } from "./run-view.ts";
import { replaceDraft } from "./set-aside.ts";

/** Puts a prompt's text into the box, which then has the focus. A text that was typed there is set aside. */
export function putPrompt(projectId: string, prompt: string): void {
  const composer = () => document.querySelector<HTMLTextAreaElement>("textarea[data-composer]");
  const isFocused = composer() === document.activeElement;
  replaceDraft(projectId, prompt);
  // A new value moves the caret to its end. Moving it a frame later would undo a selection that was made meanwhile.
  if (isFocused) return;
  requestAnimationFrame(() => {
    const box = composer();
    box?.focus();
    box?.setSelectionRange(prompt.length, prompt.length);
  });
}

/** Puts the pictures and the choices of an earlier prompt beside its text, where the pictures of another earlier prompt give way. */
async function putRest(projectId: string, view: RunView, earlier: Promise<EarlierPrompt>): Promise<void> {
  // Until the choices are there, too, so that a prompt that is sent at once has them.
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

/** Puts a sent prompt into the box, with its pictures, its mode, and the agent and the model that were chosen for it. */
export function editPrompt(projectId: string, view: RunView, earlier = readEarlierPrompt(view)): void {
  putPrompt(projectId, view.prompt);
  void putRest(projectId, view, earlier);
}
