import { useMutation } from "@tanstack/react-query";
import type { Project } from "../../../worker/contract/index.ts";
import { deleteProject, updateProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Confirm, PromptDialog } from "../ui/dialog.tsx";
import { noteDeleted } from "./deleted-here.ts";
import { maxNameLength } from "./name-limit.ts";

type DialogProps = { project: Pick<Project, "id" | "name">; onDone: () => unknown; onClose: () => void };

export function RenameDialog({ project, onDone, onClose }: DialogProps) {
  const rename = useMutation({
    meta: { shown: true },
    mutationFn: (name: string) => updateProject(project.id, { name }),
    onSuccess: async (renamed) => {
      queryClient.setQueryData<Project>(keys.project(project.id), (known) => known && { ...known, name: renamed.name });
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      onDone();
    },
  });
  return (
    <PromptDialog
      title="Rename project"
      label="Name"
      initial={project.name}
      action="Rename"
      longest={maxNameLength}
      busy={rename.isPending}
      error={rename.error}
      onSubmit={rename.mutate}
      onClose={onClose}
    />
  );
}

export function DeleteDialog({ project, onDone, onClose }: DialogProps) {
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: () => deleteProject(project.id),
    onSuccess: async () => {
      noteDeleted(project.id);
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      onDone();
    },
  });
  return (
    <Confirm
      title={`Delete “${project.name}”?`}
      text="This permanently deletes the project's files, history, chat and app data. You can't undo this."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
