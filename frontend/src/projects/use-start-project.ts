import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { wordsOf } from "../api/client.ts";
import { createProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { startRun } from "../api/runs.ts";
import { saveDraft } from "../chat/draft.ts";
import { toast } from "../ui/toast.tsx";
import { nameFromPrompt } from "./name-from-prompt.ts";

/** Creates a project named from the prompt, starts the run, and goes there; a run refused leaves the prompt in the box. */
export function useStartProject() {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: async (prompt: string) => {
      const project = await createProject({ name: nameFromPrompt(prompt) });
      await startRun(project.id, { prompt }).catch((error: unknown) => {
        saveDraft(project.id, prompt);
        toast(wordsOf(error), "bad");
      });
      return project;
    },
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${project.id}`);
    },
  });
}
