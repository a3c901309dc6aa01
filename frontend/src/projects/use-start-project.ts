import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { keys, queryClient } from "../api/queries.ts";
import { settleAttachments } from "../chat/attachments.ts";
import { refuseDraft, settleDraft } from "../chat/drafts.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import type { First } from "./start-project.ts";

/**
 * Returns a mutation that creates a project named after the prompt, starts the run and opens the project. A refused
 * prompt stays in the box with the reason.
 */
export function useStartProject(userId: string) {
  const [, navigate] = useLocation();
  return useMutation({
    meta: { shown: true },
    // Loaded here, since the first page needs it only for sending.
    mutationFn: async (first: First) => (await loadChunk(() => import("./start-project.ts"))).startProject(first),
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
