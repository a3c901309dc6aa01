import { Copy, Pencil, Repeat, X } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { editPrompt } from "./edit-prompt.ts";
import { RunImage } from "./run-image.tsx";
import { isEnded, type RunView } from "./run-view.ts";
import { useResend } from "./use-resend.ts";

const copy = (text: string) =>
  navigator.clipboard.writeText(text).then(
    () => toast("Copied."),
    () => toast("Couldn't copy. Select the text and copy it yourself.", "bad"),
  );

/** Actions that copy a prompt, put it into the box, or send it again. */
function PromptActions({ view }: { view: RunView }) {
  const { projectId, role } = useWorkspace();
  const { resend, cannotResend } = useResend(view);
  if (!isEnded(view.status)) return null;
  return (
    <span className="flex self-center opacity-0 focus-within:opacity-100 group-hover/turn:opacity-100 [@media(hover:none)]:opacity-100">
      <IconButton label="Copy prompt" onClick={() => void copy(view.prompt)}>
        <Copy size={13} />
      </IconButton>
      {role !== "viewer" && (
        <>
          <IconButton label="Edit prompt" onClick={() => editPrompt(projectId, view)}>
            <Pencil size={13} />
          </IconButton>
          <IconButton label="Send again" disabled={cannotResend} onClick={() => resend()}>
            <Repeat size={13} />
          </IconButton>
        </>
      )}
    </span>
  );
}

type PromptProps = { view: RunView; onCancel: (runId: string) => void };

/** Shows the prompt of a turn as the person sent it. */
export function Prompt({ view, onCancel }: PromptProps) {
  const { role } = useWorkspace();
  return (
    <div className="flex items-start justify-end gap-1">
      {view.status === "queued" && role !== "viewer" && (
        <IconButton label="Remove from the queue" onClick={() => onCancel(view.runId)}>
          <X size={14} />
        </IconButton>
      )}
      <PromptActions view={view} />
      <div className="max-w-[88%] min-w-0 rounded-xl rounded-br-sm border border-line bg-raised px-3.5 py-2">
        <p className="wrap-anywhere whitespace-pre-wrap">{view.prompt}</p>
        {view.images > 0 && (
          <ul aria-label="Images of this prompt" className="mt-1.5 flex flex-wrap justify-end gap-1.5">
            {Array.from({ length: view.images }, (_, index) => `prompt-${index + 1}`).map((name, index) => (
              <li key={name}>
                <RunImage runId={view.runId} name={name} text={`Image ${index + 1} of this prompt`} />
              </li>
            ))}
          </ul>
        )}
        {view.mode !== "build" && <p className="stamp mt-0.5 text-right text-faint">{view.mode}</p>}
      </div>
    </div>
  );
}
