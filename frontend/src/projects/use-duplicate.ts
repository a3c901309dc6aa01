import { useMutation } from "@tanstack/react-query";
import type { Project } from "../../../worker/contract/index.ts";
import { forkProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { maxNameLength } from "./project-dialogs.tsx";

const ending = " copy";

/** Makes a project of its own from a project's files. */
export function useDuplicate({ id, name }: Pick<Project, "id" | "name">, onDone?: (copy: Project) => void) {
  return useMutation({
    mutationFn: () => forkProject(id, name.slice(0, maxNameLength - ending.length) + ending),
    onSuccess: async (copy) => {
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      toast(`“${copy.name}” has the same files and goes its own way.`);
      onDone?.(copy);
    },
  });
}
