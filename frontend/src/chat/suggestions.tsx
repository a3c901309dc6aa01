import { useMemo } from "react";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { putPrompt } from "./edit-prompt.ts";
import { nextPromptsOf } from "./next-prompts.ts";
import type { RunView } from "./run-view.ts";

/**
 * Shows the prompts that the newest run suggests. A button puts a prompt into the box, where the person edits or sends
 * it.
 */
export function Suggestions({ view }: { view: RunView }) {
  const { projectId, running } = useWorkspace();
  const prompts = useMemo(() => nextPromptsOf(view), [view]);
  if (prompts.length === 0 || running) return null;
  return (
    <ul aria-label="Suggested prompts" className="flex flex-wrap gap-1.5">
      {prompts.map((prompt) => (
        <li key={prompt}>
          <button
            type="button"
            onClick={() => putPrompt(projectId, prompt)}
            className="rounded-full border border-line px-3 py-1 text-left text-xs text-soft transition-colors hover:border-line-strong hover:text-ink"
          >
            {prompt}
          </button>
        </li>
      ))}
    </ul>
  );
}
