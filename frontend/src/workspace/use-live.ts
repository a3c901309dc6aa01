import { useEffect, useEffectEvent, useState } from "react";
import type { LiveFrame, Page, Project, Run } from "../../../worker/contract/index.ts";
import { LiveFeed, type LiveStatus } from "../api/live.ts";
import type { LiveViewer } from "../api/live-protocol.ts";
import { keys, moveHead, queryClient, readAgain } from "../api/queries.ts";
import { newsIn } from "./live-news.ts";

/** While the feed is down, the page asks instead. */
const askingMs = 30_000;

export type Live = { status: LiveStatus; viewers: readonly LiveViewer[] };

/** The head and the runs: from these everything else follows. */
function readAnew(projectId: string): void {
  void readAgain(keys.project(projectId), { exact: true });
  void readAgain(keys.runs(projectId));
}

function carryOut(projectId: string, frames: LiveFrame[], followed: ReadonlySet<string>) {
  const news = newsIn(frames, {
    head: queryClient.getQueryData<Project>(keys.project(projectId))?.head ?? 0,
    runs: queryClient.getQueryData<Page<Run>>(keys.runs(projectId))?.data ?? [],
    followed,
  });
  if (news.head !== null) moveHead(projectId, news.head);
  if (news.runs) void readAgain(keys.runs(projectId));
  if (news.messages) void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
  return news;
}

/** Asks while the feed is down; when it is up again, what could not be read meanwhile is read. */
function useAskingInstead(projectId: string, status: LiveStatus) {
  useEffect(() => {
    if (status === "up") {
      void queryClient.invalidateQueries({
        queryKey: ["project", projectId],
        predicate: ({ state }) => state.fetchStatus === "idle" && (state.isInvalidated || state.status === "error"),
      });
    }
    if (status !== "down") return;
    readAnew(projectId);
    const timer = setInterval(() => {
      if (!document.hidden) readAnew(projectId);
    }, askingMs);
    return () => clearInterval(timer);
  }, [projectId, status]);
}

/**
 * Keeps an open project up to date with what happens elsewhere.
 * @param followed the runs whose own stream is read, or was to its end
 */
export function useLive(projectId: string, followed: ReadonlySet<string>): Live {
  const [status, setStatus] = useState<LiveStatus>("connecting");
  const [viewers, setViewers] = useState<readonly LiveViewer[]>([]);
  const onFrames = useEffectEvent((frames: LiveFrame[]) => {
    const news = carryOut(projectId, frames, followed);
    if (news.viewers !== null) setViewers(news.viewers);
  });
  useEffect(() => {
    const feed = new LiveFeed(projectId, {
      onFrames,
      onMissed: () => readAnew(projectId),
      onStatus: setStatus,
      onSignInAgain: () => void queryClient.invalidateQueries({ queryKey: keys.session }),
    });
    return () => feed.stop();
  }, [projectId]);
  useAskingInstead(projectId, status);
  return { status, viewers };
}
