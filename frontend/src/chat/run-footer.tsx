import { CircleX, Clock, OctagonX } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { compact, count, dollars, plural } from "../ui/format.ts";
import { useOpened } from "./opened-state.tsx";
import { hasWritten, type RunView } from "./run-view.ts";
import { BudgetHint } from "./send-error.tsx";
import { useResend } from "./use-resend.ts";

/** Advice by failure code. The run's own `detail` has the reason. */
const remedies: Record<string, string> = {
  budget_exceeded: "Ask for a smaller change.",
  model_overloaded: "The model is busy. Try again in a minute.",
  model_failed: "Try again, or rephrase your prompt.",
  model_refused: "Rephrase your prompt.",
  model_not_configured: "Check ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and the model names, then restart Edgesmith.",
  repeated_error: "It kept hitting the same error. Rephrase, or ask the debugger.",
};

const whatIsLeft = (view: RunView): string =>
  hasWritten(view) ? "Changes so far were kept." : "No files were changed.";

function stopped(view: RunView): string {
  if (!view.started) return "Removed from the queue.";
  return hasWritten(view) ? "Stopped. Changes so far were kept." : "Stopped. No files were changed.";
}

function Failed({ view }: { view: RunView }) {
  const { resend, cannotResend } = useResend(view);
  const code = view.error?.code ?? "";
  return (
    <div role="alert" className="rounded-md border border-bad bg-bad-wash px-3.5 py-2.5 text-sm">
      <p className="flex items-start gap-2">
        <CircleX size={15} className="mt-0.5 shrink-0 text-bad" />
        <span className="min-w-0 wrap-anywhere">
          <strong className="font-semibold">Failed.</strong> {view.error?.detail ?? "Something went wrong."}
        </span>
      </p>
      <p className="mt-1 pl-6 text-soft">
        {whatIsLeft(view)} {remedies[code] ?? "Try again."} {code === "budget_exceeded" && <BudgetHint />}
      </p>
      <div className="mt-2 pl-6">
        <Button small disabled={cannotResend} onClick={() => resend()}>
          Try again
        </Button>
      </div>
    </div>
  );
}

function Cost({ view }: { view: RunView }) {
  const usage = view.usage;
  const [opened, setOpened] = useOpened("cost");
  const isOpen = opened === true;
  if (usage === null || usage.inputTokens + usage.outputTokens === 0) return null;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, microUsd } = usage;
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  const details = [
    `${plural(input, "input token")} (${count(cacheReadTokens)} cached)`,
    plural(outputTokens, "output token"),
    ...(view.model === null ? [] : [view.model]),
  ];
  return (
    <div className="stamp text-faint">
      <button
        type="button"
        aria-expanded={isOpen}
        className="-mx-1 rounded px-1 py-0.5 text-left decoration-dotted underline-offset-3 hover:text-ink hover:underline"
        onClick={() => setOpened(!isOpen)}
      >
        {compact(input + outputTokens)} tokens · {dollars(microUsd)}
        {view.scripted && " · scripted"}
      </button>
      {isOpen && <p className="mt-0.5 text-soft wrap-anywhere">{details.join(", ")}</p>}
    </div>
  );
}

export function RunFooter({ view, stopping }: { view: RunView; stopping: boolean }) {
  return (
    <>
      {view.status === "failed" && <Failed view={view} />}
      {view.status === "cancelled" && (
        <p className="flex items-center gap-2 px-2.5 text-sm text-soft">
          <OctagonX size={14} /> {stopped(view)}
        </p>
      )}
      {view.status === "queued" && (
        <p className="flex items-center gap-2 px-2.5 text-sm text-soft">
          <Clock size={14} /> Queued
        </p>
      )}
      {view.status === "running" && (
        <p className="flex items-center gap-2 px-2.5 text-sm text-soft">
          <span className="size-2 animate-heat rounded-full bg-ember" /> {stopping ? "Stopping…" : "Working…"}
        </p>
      )}
      <Cost view={view} />
    </>
  );
}
