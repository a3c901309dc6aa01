import { memo, type Ref, useMemo } from "react";
import { TurnComments } from "../sharing/turn-comments.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { AccessRequest } from "./access-request.tsx";
import { TurnKeyProvider } from "./opened-state.tsx";
import { Prompt } from "./prompt.tsx";
import { Question } from "./question.tsx";
import { RoutingNote } from "./routing-note.tsx";
import { RunFooter } from "./run-footer.tsx";
import { RunImage } from "./run-image.tsx";
import { Item } from "./run-items.tsx";
import { type Asked, askedBy, isEnded, type RunItem, type RunView } from "./run-view.ts";
import { viewedPath, viewNames, withoutSuggestions } from "./shown-items.ts";
import { Suggestions } from "./suggestions.tsx";
import { TurnActions } from "./turn-actions.tsx";

type TurnProps = {
  ref: Ref<HTMLElement>;
  view: RunView;
  /** The turn's index in the conversation, from 0, and the total number of turns; -1 while that number is unknown. */
  index: number;
  count: number;
  isNewest: boolean;
  /** The turn's distance from the top of the conversation, in pixels. */
  top: number;
  titles: ReadonlyMap<string, string>;
  stopping: boolean;
  /** Whether the turn's question is answered. */
  answered: boolean;
  onCancel: (runId: string) => void;
  onAnswer: (asked: Asked, text: string) => void;
};

/** Renders a turn's items, with the screenshots that the agent took. */
function Items({ runId, items, live }: { runId: string; items: readonly RunItem[]; live: boolean }) {
  const names = useMemo(() => viewNames(items), [items]);
  return items.map((item) => {
    const name = names.get(item.key);
    const path = viewedPath(item);
    return (
      <ErrorBoundary key={item.key}>
        <Item item={item} live={live} />
        {name !== undefined && path !== null && (
          <div className="px-2.5">
            <RunImage runId={runId} name={name} text={`The page ${path}, as the agent saw it`} />
          </div>
        )}
      </ErrorBoundary>
    );
  });
}

/** A prompt and its answer. */
export const Turn = memo(function Turn(props: TurnProps) {
  const { ref, view, index, count, isNewest, top, titles, stopping, answered, onCancel, onAnswer } = props;
  const { role } = useWorkspace();
  const asked = askedBy(view);
  const live = view.status === "running" || view.status === "waiting";
  const items = useMemo(() => (isNewest ? withoutSuggestions(view) : view.items), [isNewest, view]);
  return (
    <article
      ref={ref}
      aria-label={view.prompt.slice(0, 80)}
      aria-busy={live}
      aria-posinset={index + 1}
      aria-setsize={count}
      tabIndex={-1}
      data-index={index}
      data-run={view.runId}
      data-status={view.status}
      className="group/turn absolute inset-x-4 top-0 outline-offset-4"
      style={{ transform: `translateY(${top}px)` }}
    >
      <Prompt view={view} onCancel={onCancel} />
      <div className="mt-4 grid grid-cols-1 gap-2.5">
        <RoutingNote view={view} titles={titles} />
        <TurnKeyProvider value={view.runId}>
          <Items runId={view.runId} items={items} live={live} />
        </TurnKeyProvider>
        {view.question?.access !== undefined && asked !== null && role === "owner" && (
          <AccessRequest
            access={view.question.access}
            agent={titles.get(view.agent ?? "") ?? "An agent"}
            answered={answered}
            onAnswer={(text) => onAnswer(asked, text)}
          />
        )}
        {view.question !== null && asked !== null && (view.question.access === undefined || role !== "owner") && (
          <Question
            {...view.question}
            options={role === "viewer" ? [] : view.question.options}
            hint={role === "viewer" ? "An editor needs to answer this." : undefined}
            answered={answered}
            onAnswer={(text) => onAnswer(asked, text)}
          />
        )}
        <TurnKeyProvider value={view.runId}>
          <RunFooter view={view} stopping={stopping} />
          <TurnActions view={view} />
          {isEnded(view.status) && <TurnComments runId={view.runId} />}
        </TurnKeyProvider>
        {isNewest && role !== "viewer" && <Suggestions view={view} />}
      </div>
    </article>
  );
});
