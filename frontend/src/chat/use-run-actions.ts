import { useMutation } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { keys, queryClient } from "../api/queries.ts";
import { answerRun, cancelRun } from "../api/runs.ts";
import type { Asked } from "./run-view.ts";
import { type Sent, startPrompt } from "./start-prompt.ts";
import { rememberRun } from "./use-records.ts";

const withOne = (known: ReadonlySet<string>, one: string) => new Set(known).add(one);
const withoutOne = (known: ReadonlySet<string>, one: string) => new Set([...known].filter((other) => other !== one));

/** Cancels runs. `stopping` holds the runs whose cancellation was requested. */
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

/** Answers questions of runs. `answered` holds the questions whose answer is in flight or accepted. */
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

/** Starts, answers and cancels runs. Errors are shown where the text was typed. */
export function useRunActions(projectId: string) {
  const start = useMutation({
    meta: { shown: true },
    mutationFn: (sent: Sent) => startPrompt(projectId, sent),
    onSuccess: (run) => {
      rememberRun(run);
      void queryClient.invalidateQueries({ queryKey: keys.runs(projectId) });
    },
  });
  return { send: start.mutateAsync, sending: start.isPending, ...useStop(), ...useAnswer() };
}

export type RunActions = ReturnType<typeof useRunActions>;
