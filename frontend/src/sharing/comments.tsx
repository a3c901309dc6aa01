import { useMutation, useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import type { SubmitEvent } from "react";
import type { Comment } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { createComment, deleteComment } from "../api/sharing.ts";
import { settleDraft, typeDraft, useDraft } from "../chat/drafts.ts";
import { useSession } from "../sign-in/use-session.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { isSubmitKey } from "../ui/enter-key.ts";
import { Failure, Refusal } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { commentDraftKey } from "./comment-draft.ts";
import { commentsQuery } from "./comments-query.ts";

const maxLength = 4_000;

function useChange<Input>(change: (input: Input) => Promise<unknown>) {
  const { projectId } = useWorkspace();
  return useMutation({
    meta: { shown: true },
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.comments(projectId) }),
  });
}

function CommentRow({ comment, isDeletable }: { comment: Comment; isDeletable: boolean }) {
  const { projectId } = useWorkspace();
  const removal = useChange(() => deleteComment(projectId, comment.messageId, comment.id));
  return (
    <li className="flex items-start gap-2 text-sm">
      <div className="min-w-0 flex-1">
        <p className="text-xs text-soft">
          {comment.author.name} · {timeAgo(comment.createdAt)}
        </p>
        <p className="wrap-anywhere whitespace-pre-wrap">{comment.text}</p>
        <Refusal error={removal.error} />
      </div>
      {isDeletable && (
        <IconButton label="Delete comment" disabled={removal.isPending} onClick={() => removal.mutate(undefined)}>
          <Trash2 size={12} />
        </IconButton>
      )}
    </li>
  );
}

/**
 * `takesFocus`: whether the person asked to write a comment. `onUse` is called when the person focuses the form.
 */
type CommentsProps = { messageId: string; takesFocus: boolean; onUse: () => void };

function CommentForm({ messageId, takesFocus, onUse }: CommentsProps) {
  const { projectId } = useWorkspace();
  const key = commentDraftKey(projectId, messageId);
  const { typed } = useDraft(key);
  const say = useChange(async (text: string) => {
    await createComment(projectId, messageId, text);
    settleDraft(key, text);
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = typed.trim();
    if (text !== "") say.mutate(text);
  };
  return (
    <form onSubmit={submit} className="grid gap-2">
      <textarea
        value={typed}
        onChange={({ target }) => typeDraft(key, target.value)}
        aria-label="Comment"
        // biome-ignore lint/a11y/noAutofocus: the person has pressed a button of this name for it
        autoFocus={takesFocus}
        onFocus={onUse}
        placeholder="Comment for the other members. Agents don't read comments."
        className="input min-h-16 resize-y py-1.5"
        maxLength={maxLength}
        onKeyDown={(event) => {
          if (!isSubmitKey(event.nativeEvent)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <Refusal error={say.error} />
      <div className="flex justify-end">
        <Button small type="submit" busy={say.isPending}>
          Comment
        </Button>
      </div>
    </form>
  );
}

/** Shows the comments on a message, and a form for a new comment. */
export default function Comments({ messageId, takesFocus, onUse }: CommentsProps) {
  const { projectId, role } = useWorkspace();
  const { user } = useSession();
  const query = useQuery(commentsQuery(projectId));
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const comments = (query.data ?? []).filter((comment) => comment.messageId === messageId).toReversed();
  const isDeletable = ({ author }: Comment) => role === "owner" || (role === "editor" && author.id === user?.id);
  return (
    <section aria-label="Comments" className="grid gap-3 rounded-md border border-line bg-surface p-3">
      {comments.length > 0 && (
        <ul aria-label="Comments" className="grid gap-2.5">
          {comments.map((comment) => (
            <CommentRow key={comment.id} comment={comment} isDeletable={isDeletable(comment)} />
          ))}
        </ul>
      )}
      {role === "viewer" ? (
        comments.length === 0 && <p className="text-xs text-faint">No comments.</p>
      ) : (
        <CommentForm messageId={messageId} takesFocus={takesFocus} onUse={onUse} />
      )}
    </section>
  );
}
