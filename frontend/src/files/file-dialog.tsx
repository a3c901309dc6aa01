import { Confirm, PromptDialog } from "../ui/dialog.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { editDraftOf } from "./edit-drafts.ts";
import { useFileAction } from "./use-file-actions.ts";

export type FileQuestion = { what: "create" } | { what: "rename" | "delete"; path: string };

/** The API's limit for a path. */
const maxPathLength = 255;

type FileDialogProps = { asking: FileQuestion; onClose: () => void };

/** The dialogs that create, rename and delete a file. They keep the typed path when the request fails. */
export function FileDialog({ asking, onClose }: FileDialogProps) {
  const { projectId } = useWorkspace();
  const action = useFileAction(onClose);
  const asked = { busy: action.isPending, error: action.error, onClose };
  if (asking.what === "delete") {
    const unsaved = editDraftOf(projectId, asking.path) !== undefined ? " Your unsaved changes will be lost." : "";
    return (
      <Confirm
        {...asked}
        title={`Delete ${asking.path}?`}
        text={`You can bring it back from History.${unsaved}`}
        action="Delete"
        onConfirm={() => action.mutate({ op: "delete", path: asking.path })}
      />
    );
  }
  const from = asking.what === "rename" ? asking.path : null;
  return (
    <PromptDialog
      {...asked}
      title={from === null ? "New file" : "Rename file"}
      label="Path"
      initial={from ?? ""}
      action={from === null ? "Create" : "Rename"}
      longest={maxPathLength}
      onSubmit={(path) =>
        action.mutate(from === null ? { op: "create", path, content: "" } : { op: "move", path: from, to: path })
      }
    />
  );
}
