import { ArrowDown, MessagesSquare, WifiOff } from "lucide-react";
import { type ReactNode, useCallback, useRef } from "react";
import type { RunStatus } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { Composer } from "./composer.tsx";
import { refuseDraft } from "./drafts.ts";
import { type Asked, askedBy } from "./run-view.ts";
import { Turn } from "./turn.tsx";
import { useAgents } from "./use-agents.ts";
import type { Conversation } from "./use-conversation.ts";
import { useKeepPlace } from "./use-keep-place.ts";
import type { RunActions } from "./use-run-actions.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

type ChatPanelProps = { projectId: string; conversation: Conversation; actions: RunActions; isDeleted: boolean };

type BodyProps = Omit<ChatPanelProps, "isDeleted"> & { titles: ReadonlyMap<string, string>; onOlder: () => void };

function Turns({ projectId, conversation, actions, titles, onOlder }: BodyProps) {
  const { turns, hasOlder, loadingOlder } = conversation;
  const { answer, answered } = actions;
  const onAnswer = useCallback(
    (asked: Asked, text: string) =>
      void answer({ asked, text }).catch((error: unknown) => refuseDraft(projectId, "", error)),
    [projectId, answer],
  );
  return (
    <>
      {hasOlder && (
        <div className="mb-4 text-center">
          <Button small busy={loadingOlder} onClick={onOlder}>
            Load older messages
          </Button>
        </div>
      )}
      <div className="grid grid-cols-1 gap-8">
        {turns.map((view) => (
          <Turn
            key={view.runId}
            view={view}
            titles={titles}
            stopping={actions.stopping.has(view.runId)}
            answered={answered.has(askedBy(view)?.key ?? "")}
            onCancel={actions.cancel}
            onAnswer={onAnswer}
          />
        ))}
      </div>
    </>
  );
}

function Body(props: BodyProps): ReactNode {
  const { conversation } = props;
  if (conversation.isPending) return <Skeleton lines={5} />;
  if (conversation.error !== null && conversation.turns.length === 0) return <Failure error={conversation.error} />;
  if (conversation.turns.length === 0) {
    return (
      <Empty icon={<MessagesSquare size={28} />} title="Start building">
        Tell Edgesmith what to build or change.
      </Empty>
    );
  }
  return <Turns {...props} />;
}

/** Screen-reader announcements of the newest run's status changes. */
const statusAnnouncements: Record<RunStatus, string> = {
  queued: "Your prompt is queued.",
  running: "Working on it.",
  waiting: "The agent has a question for you.",
  completed: "Done.",
  failed: "Your prompt failed.",
  cancelled: "Your prompt was stopped.",
};

/** Returns the open question that is not answered yet. */
function openQuestion({ active }: Conversation, { answered }: RunActions): Asked | null {
  const asked = active === undefined ? null : askedBy(active);
  return asked === null || answered.has(asked.key) ? null : asked;
}

export function ChatPanel({ projectId, conversation, actions, isDeleted: isGone }: ChatPanelProps) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { away, toEnd } = useStickToEnd(box, content);
  const keepPlace = useKeepPlace(box, conversation.turns[0]?.runId);
  const loadOlder = () => {
    keepPlace();
    conversation.loadOlder();
  };
  const { agents, titles } = useAgents();
  const { active } = conversation;
  const newest = conversation.turns.at(-1);
  const asked = openQuestion(conversation, actions);
  return (
    <section aria-label="Chat" className="relative flex h-full min-h-0 flex-col">
      <div ref={box} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
        <div ref={content} className="min-h-full p-4 pb-6">
          <Body
            projectId={projectId}
            conversation={conversation}
            actions={actions}
            titles={titles}
            onOlder={loadOlder}
          />
        </div>
      </div>
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
          stopping={active !== undefined && actions.stopping.has(active.runId)}
          asked={asked}
          isDeleted={isGone}
          onStop={active === undefined ? null : () => actions.cancel(active.runId)}
          onSend={(sent) => {
            toEnd();
            return actions.send(sent);
          }}
          onAnswer={async (text) => {
            if (asked !== null) await actions.answer({ asked, text });
          }}
        />
      </div>
    </section>
  );
}
