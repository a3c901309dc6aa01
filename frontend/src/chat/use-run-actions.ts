import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { keys, queryClient } from "../api/queries.ts";
import { answerRun, cancelRun } from "../api/runs.ts";
import type { Asked } from "./run-view.ts";
import { type Sent, startPrompt } from "./start-prompt.ts";
import { rememberRun } from "./use-records.ts";

const withOne = (known: ReadonlySet<string>, one: string) => new Set(known).add(one);
const withoutOne = (known: ReadonlySet<string>, one: string) => new Set([...known].filter((other) => other !== one));

/** Cancels runs. `stopping` contains the runs whose cancellation was requested. */
function useStop() {
  const [stopping, setStopping] = useState<ReadonlySet<string>>(new Set());
  const { mutate } = useMutation({
    mutationFn: cancelRun,
    onSuccess: rememberRun,
    onError: (_error, runId) => setStopping((known) => withoutOne(known, runId)),
  });
  const cancel = useCallback(
    (runId: string) => {
      setStopping((known) => withOne(known, runId));
      mutate(runId);
    },
    [mutate],
  );
  return { cancel, stopping };
}

/** Answers questions of runs. `answered` contains the questions whose answer is in flight or accepted. */
function useAnswer() {
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const { mutateAsync: answer } = useMutation({
    meta: { shown: true },
    mutationFn: ({ asked, text }: { asked: Asked; text: string }) => answerRun(asked.runId, text),
    onMutate: ({ asked }) => setAnswered((known) => withOne(known, asked.key)),
    onSuccess: rememberRun,
    onError: (_error, { asked }) => setAnswered((known) => withoutOne(known, asked.key)),
  });
  return { answer, answered };
}

/**
 * Starts, answers and cancels runs. Errors appear where the text was typed. Returns the same object until a state
 * changes.
 */
export function useRunActions(projectId: string) {
  const { mutateAsync: send, isPending: sending } = useMutation({
    meta: { shown: true },
    mutationFn: (sent: Sent) => startPrompt(projectId, sent),
    onSuccess: (run) => {
      rememberRun(run);
      void queryClient.invalidateQueries({ queryKey: keys.runs(projectId) });
    },
  });
  const { cancel, stopping } = useStop();
  const { answer, answered } = useAnswer();
  return useMemo(
    () => ({ send, sending, cancel, stopping, answer, answered }),
    [send, sending, cancel, stopping, answer, answered],
  );
}

export type RunActions = ReturnType<typeof useRunActions>;
