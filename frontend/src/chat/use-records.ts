import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import type { Message, Run } from "../../../worker/contract/index.ts";
import { type GrowingList, readNewest, withItem, withOlder } from "../api/growing-list.ts";
import { listMessages } from "../api/projects.ts";
import { keys, pollUntilLoaded, queryClient } from "../api/queries.ts";
import { listRuns } from "../api/runs.ts";
import { isEnded } from "./run-view.ts";

type Messages = GrowingList<Message>;
type Runs = GrowingList<Run>;

/** Returns the loaded runs, newest first. */
export const knownRuns = (projectId: string): readonly Run[] =>
  queryClient.getQueryData<Runs>(keys.runs(projectId))?.data ?? [];

/** Adds a run from an API response to the cached list of runs. */
export function rememberRun(run: Run): void {
  queryClient.setQueryData<Runs>(keys.runs(run.projectId), (known) => known && withItem(known, run));
}

/** A stored message never changes, so it is never read again. */
const isFinalMessage = () => true;
const isFinalRun = ({ status }: Run) => isEnded(status);

/** Loads older messages, and appends them to the messages that are cached when they arrive. */
function useOlderMessages(projectId: string) {
  return useMutation({
    mutationFn: (cursor: string) => listMessages(projectId, cursor),
    onSuccess: (page, cursor) =>
      queryClient.setQueryData<Messages>(keys.messages(projectId), (known) =>
        known === undefined || known.nextCursor !== cursor ? known : withOlder(known, page),
      ),
  });
}

/** Loads the runs of the loaded messages. A run's record has its cost and the reason of a failure. */
function useRunsOfMessages(projectId: string, messages: Messages | undefined, runs: Runs | undefined) {
  const oldestMessage = messages?.data.at(-1)?.createdAt;
  const oldestRun = runs?.data.at(-1)?.createdAt;
  const cursor = runs?.nextCursor ?? null;
  const isMissing = oldestMessage !== undefined && oldestRun !== undefined && oldestRun > oldestMessage;
  const wanted = isMissing ? cursor : null;
  const query = useQuery({
    queryKey: ["project", projectId, "older-runs", wanted],
    queryFn: () => listRuns(projectId, wanted),
    enabled: wanted !== null,
    gcTime: 0,
  });
  const page = query.data;
  useEffect(() => {
    if (page === undefined) return;
    queryClient.setQueryData<Runs>(keys.runs(projectId), (known) =>
      known === undefined || known.nextCursor !== wanted ? known : withOlder(known, page),
    );
  }, [page, projectId, wanted]);
}

/** Returns the project's stored messages and runs, newest first, and a function that loads older ones. */
export function useRecords(projectId: string) {
  const messages = useQuery({
    queryKey: keys.messages(projectId),
    queryFn: () =>
      readNewest(
        () => queryClient.getQueryData<Messages>(keys.messages(projectId)),
        (cursor) => listMessages(projectId, cursor),
        isFinalMessage,
      ),
    refetchInterval: pollUntilLoaded,
  });
  const runs = useQuery({
    queryKey: keys.runs(projectId),
    queryFn: () =>
      readNewest(
        () => queryClient.getQueryData<Runs>(keys.runs(projectId)),
        (cursor) => listRuns(projectId, cursor),
        isFinalRun,
      ),
    refetchInterval: pollUntilLoaded,
  });
  useRunsOfMessages(projectId, messages.data, runs.data);
  const { mutate, isPending } = useOlderMessages(projectId);
  const cursor = messages.data?.nextCursor ?? null;
  const loadOlder = useCallback(() => cursor !== null && mutate(cursor), [cursor, mutate]);
  return { messages, runs, loadOlder, loadingOlder: isPending };
}
