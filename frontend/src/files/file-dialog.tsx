import { Confirm, PromptDialog } from "../ui/dialog.tsx";
import type { Drafts } from "./use-drafts.ts";
import { useFileAction } from "./use-file-actions.ts";

export type FileQuestion = { what: "create" } | { what: "rename" | "delete"; path: string };

/** The API's limit for a path. */
const maxPathLength = 255;

type FileDialogProps = { asking: FileQuestion; drafts: Drafts; onClose: () => void };

/** The dialogs that create, rename and delete a file. They keep the typed path when the request fails. */
export function FileDialog({ asking, drafts, onClose }: FileDialogProps) {
  const action = useFileAction(drafts, onClose);
  const asked = { busy: action.isPending, error: action.error, onClose };
  if (asking.what === "delete") {
    const unsaved = drafts.all.has(asking.path) ? " Your unsaved changes will be lost." : "";
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
