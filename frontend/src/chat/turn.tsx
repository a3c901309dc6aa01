import { X } from "lucide-react";
import { memo } from "react";
import { IconButton } from "../ui/button.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { AccessRequest } from "./access-request.tsx";
import { Question } from "./question.tsx";
import { RoutingNote } from "./routing-note.tsx";
import { RunFooter } from "./run-footer.tsx";
import { Item } from "./run-items.tsx";
import { type Asked, askedBy, type RunView } from "./run-view.ts";

type TurnProps = {
  view: RunView;
  titles: ReadonlyMap<string, string>;
  stopping: boolean;
  /** Whether the turn's question is answered. */
  answered: boolean;
  onCancel: (runId: string) => void;
  onAnswer: (asked: Asked, text: string) => void;
};

function Prompt({ view, onCancel }: Pick<TurnProps, "view" | "onCancel">) {
  return (
    <div className="flex items-start justify-end gap-1">
      {view.status === "queued" && (
        <IconButton label="Remove from the queue" onClick={() => onCancel(view.runId)}>
          <X size={14} />
        </IconButton>
      )}
      <div className="max-w-[88%] min-w-0 rounded-xl rounded-br-sm border border-line bg-raised px-3.5 py-2">
        <p className="wrap-anywhere whitespace-pre-wrap">{view.prompt}</p>
        {view.images > 0 && (
          <p className="stamp mt-0.5 text-right text-faint">
            {view.images === 1 ? "with an image" : `with ${view.images} images`}
          </p>
        )}
        {view.mode !== "build" && <p className="stamp mt-0.5 text-right text-faint">{view.mode}</p>}
      </div>
    </div>
  );
}

/** A prompt and its answer. */
export const Turn = memo(function Turn({ view, titles, stopping, answered, onCancel, onAnswer }: TurnProps) {
  const asked = askedBy(view);
  const live = view.status === "running" || view.status === "waiting";
  return (
    <article aria-label={view.prompt.slice(0, 80)} aria-busy={live} data-run={view.runId} data-status={view.status}>
      <Prompt view={view} onCancel={onCancel} />
      <div className="mt-4 grid grid-cols-1 gap-2.5">
        <RoutingNote agent={view.agent} titles={titles} routing={view.routing} />
        {view.items.map((item) => (
          <ErrorBoundary key={item.key}>
            <Item item={item} live={live} />
          </ErrorBoundary>
        ))}
        {view.question?.access !== undefined && asked !== null && (
          <AccessRequest
            access={view.question.access}
            agent={titles.get(view.agent ?? "") ?? "An agent"}
            answered={answered}
            onAnswer={(text) => onAnswer(asked, text)}
          />
        )}
        {view.question !== null && view.question.access === undefined && asked !== null && (
          <Question {...view.question} answered={answered} onAnswer={(text) => onAnswer(asked, text)} />
        )}
        <RunFooter view={view} stopping={stopping} />
      </div>
    </article>
  );
});
