import { useQuery } from "@tanstack/react-query";
import { MessageSquareText } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Message } from "../../../worker/contract/index.ts";
import type { GrowingList } from "../api/growing-list.ts";
import { keys } from "../api/queries.ts";
import { useDraft } from "../chat/drafts.ts";
import { useOpened } from "../chat/opened-state.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/feedback.tsx";
import { plural } from "../ui/format.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { commentDraftKey } from "./comment-draft.ts";
import { commentsQuery } from "./comments-query.ts";

const Comments = lazy(() => loadChunk(() => import("./comments.tsx")));

/** Returns the id of a run's last stored message, to which its turn's comments belong; null until it is stored. */
function useMessageOf(projectId: string, runId: string): string | null {
  const { data } = useQuery<GrowingList<Message>, Error, string | null>({
    queryKey: keys.messages(projectId),
    enabled: false,
    // Messages are sorted newest first.
    select: ({ data: messages }) => messages.find((message) => message.runId === runId)?.id ?? null,
  });
  return data ?? null;
}

/** The button below an ended turn that shows and hides its comments. */
export function TurnComments({ runId }: { runId: string }) {
  const { projectId, role } = useWorkspace();
  const [opened, setOpened] = useOpened("comments");
  const [isAsked, setIsAsked] = useState(false);
  const messageId = useMessageOf(projectId, runId);
  const { typed } = useDraft(commentDraftKey(projectId, messageId ?? ""));
  const { data } = useQuery(commentsQuery(projectId));
  const count = (data ?? []).filter((comment) => comment.messageId === messageId).length;
  if (messageId === null || (count === 0 && role === "viewer")) return null;
  // Expanded if an unfinished comment was typed before a reload.
  const isOpen = opened ?? (typed !== "" && role !== "viewer");
  return (
    <>
      <div>
        <Button
          small
          tone="quiet"
          aria-expanded={isOpen}
          onClick={() => {
            setOpened(!isOpen);
            setIsAsked(count === 0);
          }}
        >
          <MessageSquareText size={13} /> {count === 0 ? "Comment" : plural(count, "comment")}
        </Button>
      </div>
      {isOpen && (
        <Suspense fallback={<Skeleton lines={2} />}>
          <Comments messageId={messageId} takesFocus={isAsked} onUse={() => opened === null && setOpened(true)} />
        </Suspense>
      )}
    </>
  );
}
