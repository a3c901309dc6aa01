import { MessagesSquare } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefCallback, type RefObject, useCallback, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { useWindow } from "../ui/use-window.ts";
import { refuseDraft } from "./drafts.ts";
import { OpenedProvider } from "./opened-state.tsx";
import { type Asked, askedBy } from "./run-view.ts";
import { Turn } from "./turn.tsx";
import type { Conversation } from "./use-conversation.ts";
import type { RunActions } from "./use-run-actions.ts";

type ChatLogProps = {
  projectId: string;
  conversation: Conversation;
  actions: RunActions;
  titles: ReadonlyMap<string, string>;
  /** The scrolling element, and its growing content element. */
  box: RefObject<HTMLDivElement | null>;
  content: RefCallback<HTMLDivElement>;
};

/** The estimated height of a turn in pixels, until it is measured. */
const turnHeight = 320;
const gap = 32;
const padding = 16;
/** The height reserved for the button above the oldest turn, in pixels. */
const olderRoom = 60;

/**
 * Implements the keyboard of the WAI-ARIA feed pattern: Page Up and Page Down move the focus by one turn.
 * @param to focuses a turn, which may not be in the document yet
 */
function onFeedKey(event: KeyboardEvent<HTMLElement>, count: number, to: (index: number) => void) {
  const step = event.key === "PageDown" ? 1 : event.key === "PageUp" ? -1 : 0;
  const turn = event.target instanceof HTMLElement ? event.target.closest("article") : null;
  if (step === 0 || turn === null) return;
  event.preventDefault();
  to(Math.min(Math.max(Number(turn.dataset.index) + step, 0), count - 1));
}

/** Renders the turns around the visible area, since a long conversation has tens of thousands of elements. */
function Turns({ projectId, conversation, actions, titles, box, content }: ChatLogProps) {
  const { turns, hasOlder, loadingOlder, loadOlder } = conversation;
  const { answer, answered } = actions;
  const onAnswer = useCallback(
    (asked: Asked, text: string) =>
      void answer({ asked, text }).catch((error: unknown) => refuseDraft(projectId, "", error)),
    [projectId, answer],
  );
  const [visited, setVisited] = useState<string | null>(null);
  const list = useWindow({
    count: turns.length,
    box,
    keyOf: (index) => turns[index]?.runId ?? index,
    rowHeight: turnHeight,
    // The focused turn stays in the document while the person scrolls, or it would lose the focus.
    kept: visited === null ? -1 : turns.findIndex(({ runId }) => runId === visited),
    gap,
    paddingStart: hasOlder ? olderRoom : padding,
    paddingEnd: padding + 8,
    overscan: 2,
    anchorTo: "end",
  });
  return (
    <div
      ref={content}
      role="feed"
      aria-label="Conversation"
      aria-busy={loadingOlder}
      className="relative"
      style={{ height: list.height }}
      onKeyDown={(event) => onFeedKey(event, turns.length, list.focusRow)}
      onFocus={({ target }) => setVisited(target.closest("article")?.dataset.run ?? null)}
      onBlur={({ relatedTarget, currentTarget }) => currentTarget.contains(relatedTarget) || setVisited(null)}
    >
      {hasOlder && (
        <div className="absolute inset-x-0 top-4 text-center">
          <Button small busy={loadingOlder} onClick={loadOlder}>
            Load older messages
          </Button>
        </div>
      )}
      {list.rows.map(({ index, start }) => {
        const view = turns[index];
        if (view === undefined) return null;
        return (
          <Turn
            key={view.runId}
            ref={list.measure}
            view={view}
            titles={titles}
            index={index}
            // The total number of turns is unknown until the oldest turns are loaded.
            count={hasOlder ? -1 : turns.length}
            isNewest={index === turns.length - 1}
            top={start}
            stopping={actions.stopping.has(view.runId)}
            answered={answered.has(askedBy(view)?.key ?? "")}
            onCancel={actions.cancel}
            onAnswer={onAnswer}
          />
        );
      })}
    </div>
  );
}

function Body(props: ChatLogProps): ReactNode {
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

/** The conversation: a feed of turns, oldest first. */
export function ChatLog(props: ChatLogProps) {
  return (
    <OpenedProvider>
      <div ref={props.box} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
        <Body {...props} />
      </div>
    </OpenedProvider>
  );
}
