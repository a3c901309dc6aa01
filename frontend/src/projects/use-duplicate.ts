import { useMutation } from "@tanstack/react-query";
import type { Project } from "../../../worker/contract/index.ts";
import { forkProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { maxNameLength } from "./name-limit.ts";

const ending = " copy";

/** Returns a mutation that duplicates a project. The copy has the same files and its own history. */
export function useDuplicate({ id, name }: Pick<Project, "id" | "name">, onDone?: (copy: Project) => void) {
  return useMutation({
    mutationFn: () => forkProject(id, name.slice(0, maxNameLength - ending.length) + ending),
    onSuccess: async (copy) => {
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      toast(`Duplicated as “${copy.name}”.`);
      onDone?.(copy);
    },
  });
}
