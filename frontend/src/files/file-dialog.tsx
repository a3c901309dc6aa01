import type { FileEntry } from "../../../worker/contract/index.ts";
import { Confirm, PromptDialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { editDraftOf } from "./edit-drafts.ts";
import { deletionsOf, filesAt, folderKeeper, movesOf } from "./tree-operations.ts";
import { type FileChange, useFileAction } from "./use-file-actions.ts";

/** `path` is a file or a folder. */
export type FileQuestion = { what: "create" | "create folder" } | { what: "rename" | "delete"; path: string };

/** The API's maximum length of a path, in characters. */
const maxPathLength = 255;

type FileDialogProps = { asking: FileQuestion; files: readonly FileEntry[]; onClose: () => void };

const createFile = (path: string): FileChange => ({
  message: `Create ${path}`,
  operations: [{ op: "create", path, content: "" }],
});

const createFolder = (typed: string): FileChange => {
  const folder = typed.replace(/\/+$/, "");
  return {
    message: `Create ${folder}/`,
    operations: [{ op: "create", path: `${folder}/${folderKeeper}`, content: "" }],
  };
};

const labels = {
  create: { title: "New file", action: "Create" },
  "create folder": { title: "New folder", action: "Create" },
  rename: { title: "Rename file", action: "Rename" },
};

/** The dialogs that create, rename and delete a file or a folder. They keep the typed path if the request fails. */
export function FileDialog({ asking, files, onClose }: FileDialogProps) {
  const { projectId } = useWorkspace();
  const action = useFileAction(onClose);
  const asked = { busy: action.isPending, error: action.error, onClose };
  const paths = files.map(({ path }) => path);
  const own = "path" in asking ? asking.path : "";
  const meant = own === "" ? [] : filesAt(paths, own);
  const isFolder = own !== "" && !paths.includes(own);
  if (asking.what === "delete") {
    const isUnsaved = meant.some((path) => editDraftOf(projectId, path) !== undefined);
    return (
      <Confirm
        {...asked}
        title={isFolder ? `Delete ${own} with ${plural(meant.length, "file")}?` : `Delete ${own}?`}
        text={`You can bring it back from History.${isUnsaved ? " Your unsaved changes will be lost." : ""}`}
        action="Delete"
        onConfirm={() => action.mutate({ message: `Delete ${own}`, operations: deletionsOf(paths, own) })}
      />
    );
  }
  const { title, action: label } = labels[asking.what];
  const changeTo = (path: string): FileChange => {
    if (asking.what === "create") return createFile(path);
    if (asking.what === "create folder") return createFolder(path);
    return { message: `Rename ${own} to ${path}`, operations: movesOf(paths, own, path) };
  };
  return (
    <PromptDialog
      {...asked}
      title={isFolder ? "Rename folder" : title}
      label="Path"
      initial={own}
      action={label}
      longest={maxPathLength}
      onSubmit={(path) => (path === own ? onClose() : action.mutate(changeTo(path)))}
    />
  );
}
