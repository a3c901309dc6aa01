import { useMutation } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { keys, queryClient } from "../api/queries.ts";
import { cancelRun, startRun } from "../api/runs.ts";
import type { Sent } from "./composer.tsx";
import { rememberRun } from "./use-conversation.ts";

/** Starting and stopping runs. `stopping` holds those whose stop was asked for, from the press of the button on. */
export function useRunActions(projectId: string) {
  const [stopping, setStopping] = useState<ReadonlySet<string>>(new Set());
  const start = useMutation({
    mutationFn: ({ prompt, mode, agent }: Sent) =>
      startRun(projectId, { prompt, mode, ...(agent === undefined ? {} : { agent }) }),
    onSuccess: (run) => {
      rememberRun(run);
      void queryClient.invalidateQueries({ queryKey: keys.runs(projectId) });
    },
  });
  const stop = useMutation({
    mutationFn: cancelRun,
    onSuccess: rememberRun,
    onError: (_error, runId) => setStopping((known) => new Set([...known].filter((id) => id !== runId))),
  });
  const { mutate: mutateStop } = stop;
  const { mutateAsync: send } = start;
  const cancel = useCallback(
    (runId: string) => {
      setStopping((known) => new Set(known).add(runId));
      mutateStop(runId);
    },
    [mutateStop],
  );
  return { send, sending: start.isPending, cancel, stopping };
}

export type RunActions = ReturnType<typeof useRunActions>;
