import { ArrowDown, WifiOff } from "lucide-react";
import { type KeyboardEvent, memo, useRef, useState } from "react";
import type { RunStatus } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { ChatLog } from "./chat-log.tsx";
import { Composer } from "./composer.tsx";
import { type Asked, askedBy } from "./run-view.ts";
import { useAgents } from "./use-agents.ts";
import { useAttachDrop } from "./use-attach-drop.ts";
import type { Conversation } from "./use-conversation.ts";
import type { RunActions } from "./use-run-actions.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

type ChatPanelProps = {
  projectId: string;
  conversation: Conversation;
  actions: RunActions;
  /** The reason why nothing can be sent; null if sending is possible. */
  locked: string | null;
};

/** Screen-reader announcements of the newest run's status changes. */
const statusAnnouncements: Record<RunStatus, string> = {
  queued: "Your prompt is queued.",
  running: "Working on it.",
  waiting: "The agent has a question for you.",
  completed: "Done.",
  failed: "Your prompt failed.",
  cancelled: "Your prompt was stopped.",
};

/** Returns the open question, unless it is already answered. */
function openQuestion({ active }: Conversation, { answered }: RunActions): Asked | null {
  const asked = active === undefined ? null : askedBy(active);
  return asked === null || answered.has(asked.key) ? null : asked;
}

/**
 * Whether Escape should stop the run: not if a dialog, a menu, an input method or an open list of choices handles it.
 * Typed text does not prevent this, since it stays in the box.
 */
function isToStop(event: KeyboardEvent): boolean {
  const { key, target, currentTarget, nativeEvent } = event;
  if (key !== "Escape" || event.defaultPrevented || nativeEvent.isComposing) return false;
  // React also bubbles key events of a dialog opened here, whose element is elsewhere in the document.
  return target instanceof Element && currentTarget.contains(target) && target.closest("select") === null;
}

/** Returns the reason why nothing can be attached; null if attaching is possible. */
const attachRefusal = (asked: Asked | null, locked: string | null): string | null =>
  locked ?? (asked === null ? null : "Answer the question first. You can attach files to your next prompt.");

/** The conversation and the prompt. A new version of the project alone renders neither again. */
export const ChatPanel = memo(function ChatPanel({ projectId, conversation, actions, locked }: ChatPanelProps) {
  const box = useRef<HTMLDivElement>(null);
  const [content, setContent] = useState<HTMLDivElement | null>(null);
  const { away, toEnd } = useStickToEnd(box, content);
  const { agents, titles } = useAgents();
  const { active } = conversation;
  const newest = conversation.turns.at(-1);
  const asked = openQuestion(conversation, actions);
  const drop = useAttachDrop(projectId, attachRefusal(asked, locked));
  const stopping = active !== undefined && actions.stopping.has(active.runId);
  const onStop = active === undefined || locked !== null ? null : () => actions.cancel(active.runId);
  return (
    <section
      aria-label="Chat"
      // A click on empty space keeps the focus in the chat, so that Escape still stops the run.
      tabIndex={-1}
      className="relative flex h-full min-h-0 flex-col outline-none"
      {...drop.handlers}
      onKeyDown={(event) => {
        if (onStop === null || stopping || !isToStop(event)) return;
        event.preventDefault();
        onStop();
      }}
    >
      <ChatLog
        projectId={projectId}
        conversation={conversation}
        actions={actions}
        titles={titles}
        box={box}
        content={setContent}
      />
      <p role="status" className="sr-only">
        {newest !== undefined && statusAnnouncements[newest.status]}
      </p>
      <div className="relative">
        {away && (
          <Button small onClick={toEnd} className="absolute -top-9 left-1/2 -translate-x-1/2 shadow-lift">
            <ArrowDown size={13} /> Jump to latest
          </Button>
        )}
        {!conversation.connected && (
          <p role="status" className="flex items-center justify-center gap-2 pb-1 text-xs text-warn">
            <WifiOff size={13} /> Reconnecting…
          </p>
        )}
        <Composer
          projectId={projectId}
          agents={agents}
          busy={conversation.busy}
          sending={actions.sending}
          stopping={stopping}
          asked={asked}
          newest={newest ?? null}
          locked={locked}
          onStop={onStop}
          onSend={(sent) => {
            toEnd();
            return actions.send(sent);
          }}
          onAnswer={async (text) => {
            if (asked !== null) await actions.answer({ asked, text });
          }}
        />
      </div>
      {drop.isOver && (
        <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-xl border-2 border-dashed border-ember bg-surface/90 p-4 text-center">
          <p className="rounded-md border border-line-strong bg-raised px-3 py-1.5 font-medium">
            Drop files to attach them
          </p>
        </div>
      )}
    </section>
  );
});
