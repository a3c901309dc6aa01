import { ArrowDown, MessagesSquare, WifiOff } from "lucide-react";
import { type ReactNode, useRef } from "react";
import type { RunStatus } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/states.tsx";
import { Composer } from "./composer.tsx";
import { Turn } from "./turn.tsx";
import { useAgents } from "./use-agents.ts";
import type { Conversation } from "./use-conversation.ts";
import { useKeepPlace } from "./use-keep-place.ts";
import type { RunActions } from "./use-run-actions.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

type ChatPanelProps = { projectId: string; conversation: Conversation; actions: RunActions };

type BodyProps = Omit<ChatPanelProps, "projectId"> & { titles: ReadonlyMap<string, string>; onOlder: () => void };

function Turns({ conversation, actions, titles, onOlder }: BodyProps) {
  const { turns, hasOlder, loadingOlder } = conversation;
  return (
    <>
      {hasOlder && (
        <div className="mb-4 text-center">
          <Button small busy={loadingOlder} onClick={onOlder}>
            Older messages
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
            onCancel={actions.cancel}
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
      <Empty icon={<MessagesSquare size={28} />} title="Nothing was said yet">
        Describe what to build. The router picks an agent, and its work shows here as it happens.
      </Empty>
    );
  }
  return <Turns {...props} />;
}

/** What a screen reader is told when the newest run changes; its text is there to be read. */
const spoken: Record<RunStatus, string> = {
  queued: "Your prompt waits its turn.",
  running: "An agent is at work.",
  waiting: "The agent asks you something.",
  completed: "The agent has finished.",
  failed: "The run has failed.",
  cancelled: "The run was stopped.",
};

export function ChatPanel({ projectId, conversation, actions }: ChatPanelProps) {
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
  return (
    <section aria-label="Chat" className="relative flex h-full min-h-0 flex-col">
      <div ref={box} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
        <div ref={content} className="min-h-full p-4 pb-6">
          <Body conversation={conversation} actions={actions} titles={titles} onOlder={loadOlder} />
        </div>
      </div>
      <p role="status" className="sr-only">
        {newest !== undefined && spoken[newest.status]}
      </p>
      <div className="relative">
        {away && (
          <Button small onClick={toEnd} className="absolute -top-9 left-1/2 -translate-x-1/2 shadow-lift">
            <ArrowDown size={13} /> Newest
          </Button>
        )}
        {!conversation.connected && (
          <p role="status" className="flex items-center justify-center gap-2 pb-1 text-xs text-warn">
            <WifiOff size={13} /> Connecting again…
          </p>
        )}
        <Composer
          projectId={projectId}
          agents={agents}
          busy={conversation.busy}
          sending={actions.sending}
          stopping={active !== undefined && actions.stopping.has(active.runId)}
          onStop={active === undefined ? null : () => actions.cancel(active.runId)}
          onSend={(sent) => {
            toEnd();
            return actions.send(sent);
          }}
        />
      </div>
    </section>
  );
}
