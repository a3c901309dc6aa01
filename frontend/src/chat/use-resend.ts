import { useMutation } from "@tanstack/react-query";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { readEarlierPrompt } from "./earlier-prompt.ts";
import { editPrompt } from "./edit-prompt.ts";
import type { RunView } from "./run-view.ts";

/**
 * Returns how to send a prompt again as it was: with its pictures, its mode, and the agent and the model that were chosen
 * for it. A prompt whose pictures are no longer kept goes into the box instead, where the person decides.
 */
export function useResend(view: RunView) {
  const { projectId, ask, running } = useWorkspace();
  const { mutate, isPending } = useMutation({
    mutationFn: async (named: string | null) => ({ named, earlier: await readEarlierPrompt(view) }),
    onSuccess: ({ named, earlier }) => {
      if (earlier.lost > 0) {
        editPrompt(projectId, view, Promise.resolve({ ...earlier, agent: named ?? earlier.agent }));
        return;
      }
      const { mode, agent, model, pictures } = earlier;
      ask(view.prompt, { mode, agent: named ?? agent, model, attachments: pictures });
    },
  });
  return {
    /** Sends the prompt again, to this agent if one is named. */
    resend: (agent: string | null = null) => mutate(agent),
    cannotResend: running || isPending,
  };
}
