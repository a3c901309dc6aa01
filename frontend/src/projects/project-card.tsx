import { Copy, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Project } from "../../../worker/contract/index.ts";
import { IconButton } from "../ui/button.tsx";
import { timeAgo } from "../ui/format.ts";
import { DeleteDialog, RenameDialog } from "./lazy-dialogs.tsx";
import { useDuplicate } from "./use-duplicate.ts";

function DuplicateButton({ project }: { project: Project }) {
  const fork = useDuplicate(project);
  return (
    <IconButton label={`Duplicate ${project.name}`} disabled={fork.isPending} onClick={() => fork.mutate()}>
      <Copy size={14} />
    </IconButton>
  );
}

const stateOf = ({ head, visibility, role }: Project): string => {
  if (role !== "owner") return role === "editor" ? "Shared with you" : "Shared with you to view";
  if (head === 0) return "Empty";
  return visibility === "public" ? "Published" : "Private";
};

export function ProjectCard({ project }: { project: Project }) {
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const close = () => setOpen(null);
  const isOwner = project.role === "owner";
  return (
    <li className="group card relative flex min-h-32 flex-col justify-between p-4 transition-colors hover:border-line-strong">
      <div>
        <h3 className="mr-22 line-clamp-3 leading-snug font-semibold tracking-tight wrap-anywhere">
          <Link
            href={`/projects/${project.id}`}
            title={project.name}
            className="after:absolute after:inset-0 after:rounded-lg"
          >
            {project.name}
          </Link>
        </h3>
        {project.description !== "" && (
          <p className="mt-1 line-clamp-2 text-sm text-soft wrap-anywhere">{project.description}</p>
        )}
      </div>
      <p className="mt-4 flex items-center gap-2 text-xs text-faint">
        <span>{stateOf(project)}</span>
        <span aria-hidden="true">·</span>
        <time dateTime={project.updatedAt}>{timeAgo(project.updatedAt)}</time>
      </p>
      <div className="absolute top-3 right-3 z-10 flex opacity-70 transition-opacity group-hover:opacity-100 focus-within:opacity-100">
        {isOwner && <DuplicateButton project={project} />}
        {project.role !== "viewer" && (
          <IconButton label={`Rename ${project.name}`} onClick={() => setOpen("rename")}>
            <Pencil size={14} />
          </IconButton>
        )}
        {isOwner && (
          <IconButton label={`Delete ${project.name}`} onClick={() => setOpen("delete")}>
            <Trash2 size={14} />
          </IconButton>
        )}
      </div>
      {open === "rename" && <RenameDialog project={project} onDone={close} onClose={close} />}
      {open === "delete" && <DeleteDialog project={project} onDone={close} onClose={close} />}
    </li>
  );
}
