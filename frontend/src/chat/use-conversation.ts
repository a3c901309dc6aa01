import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Page, Run } from "../../../worker/contract/index.ts";
import { pages } from "../api/client.ts";
import { listMessages } from "../api/projects.ts";
import { keys, moveHead, pollUntilLoaded, queryClient } from "../api/queries.ts";
import { listRuns } from "../api/runs.ts";
import { buildTurns, runsToStream } from "./build-turns.ts";
import { foldEvents } from "./fold-events.ts";
import { followRun } from "./run-stream.ts";
import { emptyView, isEnded, type RunView } from "./run-view.ts";

/** Stores a run from an API response in the cached list of runs. */
export function rememberRun(run: Run): void {
  queryClient.setQueryData<Page<Run>>(keys.runs(run.projectId), (page) => {
    if (page === undefined) return page;
    const others = page.data.filter((one) => one.id !== run.id);
    return { ...page, data: [run, ...others] };
  });
}

type Views = ReadonlyMap<string, RunView>;

/** Follows one run at a time, oldest first: a project runs them in sequence, and a browser has few connections. */
function useStreams(projectId: string, wanted: readonly string[], ready: boolean) {
  const [views, setViews] = useState<Views>(new Map());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [connected, setConnected] = useState(true);
  // A visible run is followed to its last event, even when its record reports the end earlier.
  const begun = [...views.values()].filter((view) => !isEnded(view.status)).map((view) => view.runId);
  const current = ready ? [...begun, ...wanted].find((id) => !closed.has(id)) : undefined;

  useEffect(() => {
    if (current === undefined) return;
    // Read from the start: after a reload the view is empty, and folding known events again changes nothing.
    const stop = followRun(current, 0, {
      onEvents: (events) => {
        setViews((known) => {
          const view = known.get(current) ?? emptyView(current, events[0]?.at ?? "");
          return new Map(known).set(current, foldEvents(view, events));
        });
        const made = events.findLast((event) => event.type === "revision.created");
        if (made !== undefined) moveHead(projectId, made.revision);
      },
      onConnection: setConnected,
      onClosed: () => {
        setClosed((known) => new Set(known).add(current));
        setConnected(true);
        void queryClient.invalidateQueries({ queryKey: keys.runs(projectId) });
        void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
      },
    });
    return stop;
  }, [current, projectId]);

  const followed = useMemo(() => new Set([...closed, ...(current === undefined ? [] : [current])]), [closed, current]);
  return { views, connected: connected || current === undefined, followed };
}

const noRuns: Run[] = [];

/** Returns the project's conversation: its turns, oldest first, and the active run. */
export function useConversation(projectId: string) {
  const messagesQuery = useInfiniteQuery({
    queryKey: keys.messages(projectId),
    queryFn: ({ pageParam }) => listMessages(projectId, pageParam),
    ...pages,
    refetchInterval: pollUntilLoaded,
  });
  const runsQuery = useQuery({
    queryKey: keys.runs(projectId),
    queryFn: () => listRuns(projectId),
    refetchInterval: pollUntilLoaded,
  });
  const runs = runsQuery.data?.data ?? noRuns;
  const messages = useMemo(() => newestLast(messagesQuery.data), [messagesQuery.data]);
  const hasOlder = messagesQuery.hasNextPage;
  // If the messages cannot be loaded, the events are needed even more.
  const ready = !messagesQuery.isPending && runsQuery.isSuccess;
  const wanted = useMemo(
    () => runsToStream({ messages, runs, views: new Map(), hasOlder }),
    [messages, runs, hasOlder],
  );
  const { views, connected, followed } = useStreams(projectId, wanted, ready);
  const turns = useMemo(() => buildTurns({ messages, runs, views, hasOlder }), [messages, runs, views, hasOlder]);
  const { fetchNextPage } = messagesQuery;
  const loadOlder = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return {
    turns,
    active: turns.find((turn) => turn.status === "running" || turn.status === "waiting"),
    busy: turns.some((turn) => !isEnded(turn.status)),
    /** The runs whose stream is or was followed, and so reports everything that they do. */
    followed,
    connected,
    isPending: !ready && messagesQuery.error === null && runsQuery.error === null,
    error: messagesQuery.error ?? runsQuery.error,
    hasOlder,
    loadingOlder: messagesQuery.isFetchingNextPage,
    loadOlder,
  };
}

const newestLast = <T>(data: InfiniteData<Page<T>, unknown> | undefined): T[] =>
  (data?.pages ?? []).flatMap((page) => page.data).reverse();

export type Conversation = ReturnType<typeof useConversation>;
