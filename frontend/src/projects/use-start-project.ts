import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import type { Project } from "../../../worker/contract/index.ts";
import { isRefusal } from "../api/client.ts";
import { createProject, deleteProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { type Attachment, settleAttachments } from "../chat/attachments.ts";
import { refuseDraft, settleDraft } from "../chat/drafts.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { nameFromPrompt } from "./name-from-prompt.ts";

type First = { prompt: string; attachments: readonly Attachment[] };

/** Creates a project and starts its first run. A refused run leaves no project behind; an unanswered one opens it. */
async function startProject({ prompt, attachments }: First): Promise<Project> {
  const project = await createProject({ name: nameFromPrompt(prompt) });
  try {
    // Loaded here: the first page needs it only when something is sent.
    const { startPrompt } = await loadChunk(() => import("../chat/start-prompt.ts"));
    await startPrompt(project.id, { prompt, attachments });
  } catch (error) {
    // Without an answer the run may have started, and its project must stay.
    if (isRefusal(error)) {
      await deleteProject(project.id);
      throw error;
    }
    refuseDraft(project.id, prompt, error);
    settleAttachments(project.id, [], attachments);
  }
  return project;
}

/**
 * Creates a project named after the prompt, starts the run and opens the project. A refused prompt stays in the box, with
 * the reason.
 */
export function useStartProject(userId: string) {
  const [, navigate] = useLocation();
  return useMutation({
    meta: { shown: true },
    mutationFn: startProject,
    onSuccess: (project, { prompt, attachments }) => {
      settleDraft(userId, prompt);
      settleAttachments(userId, attachments);
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${project.id}`);
    },
    onError: (error, { attachments }) => {
      refuseDraft(userId, "", error);
      settleAttachments(userId, attachments, attachments);
    },
  });
}
