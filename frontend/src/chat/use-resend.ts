import { useMutation } from "@tanstack/react-query";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { readEarlierPrompt } from "./earlier-prompt.ts";
import { editPrompt } from "./edit-prompt.ts";
import type { RunView } from "./run-view.ts";

/**
 * Returns a function that sends a prompt again with its original images, mode, agent and model. If the server has
 * deleted its images, the prompt goes into the box instead, where the person decides.
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
    /** Sends the prompt again, to the named agent if there is one. */
    resend: (agent: string | null = null) => mutate(agent),
    cannotResend: running || isPending,
  };
}
