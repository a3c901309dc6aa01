import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { LiveFrame, Project } from "../../../worker/contract/index.ts";
import { LiveFeed, type LiveStatus } from "../api/live.ts";
import type { LiveViewer } from "../api/live-protocol.ts";
import { keys, moveHead, queryClient, refetch } from "../api/queries.ts";
import { knownRuns } from "../chat/use-records.ts";
import { invalidationIn } from "./live-invalidation.ts";

/** The polling interval while the feed is down, in milliseconds. */
const pollIntervalMs = 30_000;

export type Live = { status: LiveStatus; viewers: readonly LiveViewer[] };

/** Refetches the head and the runs, from which everything else follows. */
function refetchProject(projectId: string): void {
  void refetch(keys.project(projectId), { exact: true });
  void refetch(keys.runs(projectId));
  void refetch(keys.undone(projectId));
}

function invalidate(projectId: string, frames: LiveFrame[], followed: ReadonlySet<string>) {
  const invalidation = invalidationIn(frames, {
    head: queryClient.getQueryData<Project>(keys.project(projectId))?.head ?? 0,
    runs: knownRuns(projectId),
    followed,
  });
  if (invalidation.head !== null) moveHead(projectId, invalidation.head);
  if (invalidation.runs) void refetch(keys.runs(projectId));
  if (invalidation.messages) void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
  if (invalidation.undone) void refetch(keys.undone(projectId));
  if (invalidation.comments) void queryClient.invalidateQueries({ queryKey: keys.comments(projectId) });
  // A new member opens the project, and a member who is removed or gets another role is disconnected, so this refetches
  // the list of members.
  if (invalidation.viewers !== null) {
    void queryClient.invalidateQueries({ queryKey: keys.members(projectId) });
    void queryClient.invalidateQueries({ queryKey: keys.invitations(projectId) });
  }
  return invalidation;
}

/** Polls while the feed is down, and refetches failed queries once it is up again. */
function usePollingFallback(projectId: string, status: LiveStatus) {
  useEffect(() => {
    if (status === "up") {
      void queryClient.invalidateQueries({
        queryKey: ["project", projectId],
        predicate: ({ state }) => state.fetchStatus === "idle" && (state.isInvalidated || state.status === "error"),
      });
    }
    if (status !== "down") return;
    refetchProject(projectId);
    const timer = setInterval(() => {
      if (!document.hidden) refetchProject(projectId);
    }, pollIntervalMs);
    return () => clearInterval(timer);
  }, [projectId, status]);
}

/**
 * Keeps an open project in sync with changes made elsewhere.
 * @param followed the runs whose own stream this page follows, or has read to its end
 * @param file the path of the file that is open here, which other viewers see
 */
export function useLive(projectId: string, followed: ReadonlySet<string>, file: string | null): Live {
  const feedRef = useRef<LiveFeed | null>(null);
  const wasUp = useRef(false);
  const [status, setStatus] = useState<LiveStatus>("connecting");
  const [viewers, setViewers] = useState<readonly LiveViewer[]>([]);
  const onFrames = useEffectEvent((frames: LiveFrame[]) => {
    const invalidation = invalidate(projectId, frames, followed);
    if (invalidation.viewers !== null) setViewers(invalidation.viewers);
  });
  useEffect(() => {
    const feed = new LiveFeed(projectId, {
      onFrames,
      onMissed: () => refetchProject(projectId),
      onStatus: (next) => {
        setStatus(next);
        // A disconnected page is not notified when its person's role changes.
        if (next === "up" && wasUp.current) void refetch(keys.project(projectId), { exact: true });
        wasUp.current ||= next === "up";
      },
      onSignInAgain: () => {
        void queryClient.invalidateQueries({ queryKey: keys.session });
        // The role may have changed.
        void refetch(keys.project(projectId), { exact: true });
      },
    });
    feedRef.current = feed;
    return () => feed.stop();
  }, [projectId]);
  // Must run after the effect above, which creates the feed.
  useEffect(() => feedRef.current?.view(file), [file]);
  usePollingFallback(projectId, status);
  return { status, viewers };
}
