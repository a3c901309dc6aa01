import { useMutation } from "@tanstack/react-query";
import { GitFork, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Project } from "../../../worker/contract/index.ts";
import { deleteProject, forkProject, updateProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm, PromptDialog } from "../ui/dialog.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.projects });

function RenameDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const rename = useMutation({
    mutationFn: (name: string) => updateProject(project.id, { name }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <PromptDialog
      title="Rename the project"
      label="Name"
      initial={project.name}
      action="Rename"
      busy={rename.isPending}
      onSubmit={rename.mutate}
      onClose={onClose}
    />
  );
}

function DeleteDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => deleteProject(project.id),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <Confirm
      title={`Delete “${project.name}”?`}
      text="Its files, its history, its conversation and its app's data go with it. This cannot be undone."
      action="Delete"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

function ForkButton({ project }: { project: Project }) {
  const fork = useMutation({
    mutationFn: () => forkProject(project.id, `${project.name.slice(0, 95)} copy`),
    onSuccess: async (copy) => {
      await refresh();
      toast(`“${copy.name}” has the same files and goes its own way.`);
    },
  });
  return (
    <IconButton label={`Fork ${project.name}`} disabled={fork.isPending} onClick={() => fork.mutate()}>
      <GitFork size={14} />
    </IconButton>
  );
}

export function ProjectCard({ project }: { project: Project }) {
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  return (
    <li className="group card relative flex min-h-32 flex-col justify-between p-4 transition-colors hover:border-line-strong">
      <div>
        <h3 className="pr-22 leading-snug font-semibold tracking-tight">
          <Link href={`/projects/${project.id}`} className="after:absolute after:inset-0 after:rounded-lg">
            {project.name}
          </Link>
        </h3>
        {project.description !== "" && <p className="mt-1 line-clamp-2 text-sm text-soft">{project.description}</p>}
      </div>
      <p className="mt-4 flex items-center gap-2 text-xs text-faint">
        <span className="stamp">{project.head === 0 ? "no files yet" : `r${project.head}`}</span>
        <span aria-hidden="true">·</span>
        <time dateTime={project.updatedAt}>{timeAgo(project.updatedAt)}</time>
      </p>
      <div className="absolute top-3 right-3 z-10 flex opacity-70 transition-opacity group-hover:opacity-100 focus-within:opacity-100">
        <ForkButton project={project} />
        <IconButton label={`Rename ${project.name}`} onClick={() => setOpen("rename")}>
          <Pencil size={14} />
        </IconButton>
        <IconButton label={`Delete ${project.name}`} onClick={() => setOpen("delete")}>
          <Trash2 size={14} />
        </IconButton>
      </div>
      {open === "rename" && <RenameDialog project={project} onClose={() => setOpen(null)} />}
      {open === "delete" && <DeleteDialog project={project} onClose={() => setOpen(null)} />}
    </li>
  );
}
