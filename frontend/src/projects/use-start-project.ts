import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { createProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { startRun } from "../api/runs.ts";
import { refuseDraft, settleDraft } from "../chat/drafts.ts";
import { nameFromPrompt } from "./name-from-prompt.ts";

/**
 * Creates a project named after the prompt, starts the run and opens the project. A rejected prompt returns to the
 * composer.
 */
export function useStartProject(userId: string) {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: async (prompt: string) => {
      const project = await createProject({ name: nameFromPrompt(prompt) });
      await startRun(project.id, { prompt }).catch((error: unknown) => refuseDraft(project.id, prompt, error));
      return project;
    },
    onSuccess: (project, prompt) => {
      settleDraft(userId, prompt);
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${project.id}`);
    },
  });
}
