import { ArrowLeft, Pencil, Save, Trash2, WandSparkles } from "lucide-react";
import { useCompletionSentence } from "../completion/completion-sentence.ts";
import { isCompleted } from "../completion/is-completed.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { FileQuestion } from "./file-dialog.tsx";
import type { OpenFile } from "./use-open-file.ts";

type EditorBarProps = {
  path: string;
  state: string;
  file: OpenFile | null;
  /** Absent while the file cannot be renamed or deleted. */
  onAsk?: ((asking: FileQuestion) => void) | undefined;
};

/** Shows a path, and truncates its folders rather than the file's name. */
function Path({ path }: { path: string }) {
  const at = path.lastIndexOf("/") + 1;
  return (
    <span title={path} className="stamp flex min-w-0 pl-1">
      <span className="min-w-0 truncate text-soft">{path.slice(0, at)}</span>
      <span className="max-w-full shrink-0 truncate">{path.slice(at)}</span>
    </span>
  );
}

/** Explains why completion has no types, if that is the case. */
function TypesState() {
  const { state, sentence } = useCompletionSentence();
  return (
    <span role="status" data-types={state} className="min-w-0 truncate text-xs text-faint">
      {sentence}
    </span>
  );
}

/** The bar above the editor. On a phone the editor hides the tree, so the bar also renames and deletes files. */
export function EditorBar({ path, state, file, onAsk }: EditorBarProps) {
  const { closeFile } = useWorkspace();
  const draft = file?.draft;
  const busy = file?.save.isPending === true;
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-2">
      <IconButton label="Back to files" className="md:hidden" onClick={() => closeFile()}>
        <ArrowLeft size={15} />
      </IconButton>
      <Path path={path} />
      <span className="shrink-0 text-xs text-faint">{state}</span>
      <span className="flex-1" />
      {file !== null && isCompleted(path) && <TypesState />}
      {file !== null && file.formatNow !== null && (
        <IconButton label="Format" title="Format (Shift + Alt + F)" onClick={() => void file.formatNow?.()}>
          <WandSparkles size={14} />
        </IconButton>
      )}
      {draft !== undefined && (
        <Button
          small
          tone="primary"
          busy={busy}
          disabled={file?.clash === true}
          title="Ctrl or Cmd + S"
          onClick={() => void file?.saveDraft()}
        >
          {!busy && <Save size={13} />} Save
        </Button>
      )}
      {onAsk !== undefined && (
        <span className="flex shrink-0 md:hidden">
          <IconButton label={`Rename ${path}`} onClick={() => onAsk({ what: "rename", path })}>
            <Pencil size={14} />
          </IconButton>
          <IconButton label={`Delete ${path}`} onClick={() => onAsk({ what: "delete", path })}>
            <Trash2 size={14} />
          </IconButton>
        </span>
      )}
    </div>
  );
}
