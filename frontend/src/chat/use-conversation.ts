import { useEffect, useMemo, useState } from "react";
import type { Message, Run } from "../../../worker/contract/index.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { buildTurns, runsToStream } from "./build-turns.ts";
import { foldEvents } from "./fold-events.ts";
import { followRun } from "./run-stream.ts";
import { emptyView, isEnded, type RunView } from "./run-view.ts";
import { useRecords } from "./use-records.ts";

type Views = ReadonlyMap<string, RunView>;

/**
 * Follows one run at a time, oldest first: a project executes its runs in sequence, and a browser limits its
 * connections.
 */
function useStreams(projectId: string, wanted: readonly string[], ready: boolean) {
  const [views, setViews] = useState<Views>(new Map());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [connected, setConnected] = useState(true);
  // A visible run is followed to its last event, even if its record reports the end earlier.
  const begun = [...views.values()].filter((view) => !isEnded(view.status)).map((view) => view.runId);
  const current = ready ? [...begun, ...wanted].find((id) => !closed.has(id)) : undefined;

  useEffect(() => {
    if (current === undefined) return;
    // Starts at the first event: after a reload the view is empty, and folding known events again changes nothing.
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
const noMessages: Message[] = [];

/**
 * Returns the project's conversation: its turns, oldest first, and the active run. Returns the same object until
 * something changes.
 */
export function useConversation(projectId: string) {
  const records = useRecords(projectId);
  const runs = records.runs.data?.data ?? noRuns;
  const newestFirst = records.messages.data?.data ?? noMessages;
  const messages = useMemo(() => newestFirst.toReversed(), [newestFirst]);
  const hasOlder = (records.messages.data?.nextCursor ?? null) !== null;
  // If the messages failed to load, the events are the only source.
  const ready = !records.messages.isPending && records.runs.isSuccess;
  const wanted = useMemo(
    () => runsToStream({ messages, runs, views: new Map(), hasOlder }),
    [messages, runs, hasOlder],
  );
  const { views, connected, followed } = useStreams(projectId, wanted, ready);
  const turns = useMemo(() => buildTurns({ messages, runs, views, hasOlder }), [messages, runs, views, hasOlder]);
  const error = records.messages.error ?? records.runs.error;
  const { loadingOlder, loadOlder } = records;
  return useMemo(
    () => ({
      turns,
      active: turns.find((turn) => turn.status === "running" || turn.status === "waiting"),
      busy: turns.some((turn) => !isEnded(turn.status)),
      /** The runs whose stream this page follows or has followed, and which therefore need no refetch. */
      followed,
      connected,
      isPending: !ready && error === null,
      error,
      hasOlder,
      loadingOlder,
      loadOlder,
    }),
    [turns, followed, connected, ready, error, hasOlder, loadingOlder, loadOlder],
  );
}

export type Conversation = ReturnType<typeof useConversation>;
