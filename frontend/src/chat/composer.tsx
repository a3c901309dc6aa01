import { ArrowUp, Square } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import type { AgentSummary } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { isSubmitKey } from "../ui/enter-key.ts";
import { useAutoGrow } from "../ui/use-auto-grow.ts";
import AbovePrompt from "./above-prompt.tsx";
import { AttachButton } from "./attach-button.tsx";
import { attachEvents } from "./attach-events.ts";
import { useAttachments } from "./attach-files.ts";
import { settleAttachments, takeAttachments } from "./attachments.ts";
import { type Choices, choose, keepChoices, useChoices } from "./choices.ts";
import { ComposerOptions } from "./composer-options.tsx";
import { sendDraft, typeDraft, useDraft } from "./drafts.ts";
import { editPrompt } from "./edit-prompt.ts";
import { LongTextNote } from "./long-text-note.tsx";
import type { RunView } from "./run-view.ts";
import type { Sent } from "./start-prompt.ts";
import { useSendWhenRead } from "./use-send-when-read.ts";

/** The API's limit for an answer, in characters. */
const maxAnswerLength = 32_000;

type ComposerProps = {
  projectId: string;
  agents: readonly AgentSummary[];
  busy: boolean;
  sending: boolean;
  stopping: boolean;
  /**
   * The open question of an agent. While it is open, the box answers it, since a prompt would be queued behind the
   * waiting run.
   */
  asked: { key: string; question: string } | null;
  /** The turn of the newest prompt, which the up arrow in an empty box edits. */
  newest: RunView | null;
  /** The reason why nothing can be sent; null if sending is possible. */
  locked: string | null;
  onStop: (() => void) | null;
  onSend: (sent: Sent) => Promise<unknown>;
  onAnswer: (text: string) => Promise<unknown>;
};

/**
 * Focuses the box when a question arrives and nothing else has the focus. Not on touch screens, where the on-screen
 * keyboard would cover the question.
 */
function useFocusOnQuestion(box: RefObject<HTMLTextAreaElement | null>, key: string | undefined) {
  useEffect(() => {
    const isFree = document.activeElement === document.body && matchMedia("(pointer: fine)").matches;
    if (key !== undefined && isFree) box.current?.focus({ preventScroll: true });
  }, [box, key]);
}

function composerTexts({ asked, busy, locked }: ComposerProps) {
  const label = "Describe what to build";
  if (locked !== null) return { label, hint: "", note: locked };
  if (asked !== null) {
    return { label: `Answer: ${asked.question}`, hint: "Type your answer…", note: "Waiting for your answer" };
  }
  const hint = busy ? "Add a follow-up (runs next)…" : "Describe what to build or change…";
  return { label, hint, note: null };
}

/**
 * Returns the choices with an agent that exists. The chosen agent may have been deleted, and the list may still be
 * loading.
 */
const offered = (choices: Choices, agents: readonly AgentSummary[]): Choices =>
  agents.length === 0 || agents.some(({ name }) => name === choices.agent) ? choices : { ...choices, agent: "" };

export function Composer(props: ComposerProps) {
  const { projectId, agents, sending, stopping, asked, newest, locked, onStop, onSend, onAnswer } = props;
  const { typed, refusal } = useDraft(projectId);
  const choices = offered(useChoices(projectId), agents);
  const box = useRef<HTMLTextAreaElement>(null);
  useFocusOnQuestion(box, asked?.key);
  useAutoGrow(box, typed);
  const { label, hint, note } = composerTexts(props);
  const { reading } = useAttachments(projectId);
  const cannotSend = typed.trim() === "" || locked !== null;
  const sendPrompt = async (prompt: string) => {
    const attachments = takeAttachments(projectId);
    try {
      const { mode, agent, model } = choices;
      await onSend({ prompt, mode, agent: agent === "" ? undefined : agent, model: model ?? undefined, attachments });
      settleAttachments(projectId, attachments);
    } catch (error) {
      settleAttachments(projectId, attachments, attachments);
      throw error;
    }
  };
  const { isWaiting, submit } = useSendWhenRead(reading, typed, () => {
    if (!cannotSend) void sendDraft(projectId, asked === null ? sendPrompt : onAnswer);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onPaste={(event) => {
        // The chat around the box handles dropped files.
        if (asked === null && locked === null) attachEvents(projectId).onPaste(event);
      }}
      className={`m-3 mt-1 rounded-lg border bg-raised p-1.5 transition-colors focus-within:border-ember ${asked === null ? "border-line-strong" : "border-ember"}`}
    >
      <AbovePrompt draftKey={projectId} refusal={refusal} isAnswer={asked !== null} />
      <textarea
        ref={box}
        aria-label={label}
        placeholder={hint}
        className="block max-h-48 min-h-13 w-full resize-none bg-transparent px-2 py-1 wrap-anywhere outline-none field-sizing-content"
        maxLength={asked === null ? undefined : maxAnswerLength}
        value={typed}
        // Read-only instead of disabled, so that unsent text can still be copied.
        readOnly={locked !== null}
        onChange={(event) => {
          typeDraft(projectId, event.target.value);
          keepChoices(projectId);
        }}
        data-composer
        onKeyDown={(event) => {
          if (isSubmitKey(event.nativeEvent)) submit();
          else if (event.key === "ArrowUp" && typed === "" && newest !== null) editPrompt(projectId, newest);
          else return;
          event.preventDefault();
        }}
      />
      {asked === null && <LongTextNote text={typed} />}
      <div className="flex items-end gap-2">
        {note === null ? (
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1">
            <AttachButton draftKey={projectId} />
            <ComposerOptions agents={agents} choices={choices} onChoose={(next) => choose(projectId, next)} />
          </div>
        ) : (
          <span className="min-w-0 flex-1 self-center px-2 text-xs text-soft">{note}</span>
        )}
        {onStop !== null && (
          <Button small tone="danger" disabled={stopping} title="Escape in the chat" onClick={onStop}>
            <Square size={11} fill="currentColor" /> Stop
          </Button>
        )}
        <Button
          small
          tone="primary"
          type="submit"
          aria-label={asked === null ? "Send" : "Answer"}
          busy={sending || isWaiting}
          disabled={cannotSend}
        >
          {asked !== null && "Answer"}
          {!sending && !isWaiting && <ArrowUp size={14} />}
        </Button>
      </div>
    </form>
  );
}
