import type { LiveFrame, Run } from "../../../worker/contract/index.ts";
import type { LiveViewer } from "../api/live-protocol.ts";
import { isEnded } from "../chat/run-view.ts";

/** What the page has already. */
export type Known = {
  head: number;
  runs: readonly Run[];
  /** The runs whose own stream is read, or was: that tells of their end. */
  followed: ReadonlySet<string>;
};

/** What the page has to do about some frames. */
export type News = {
  /** The newest revision, where it is newer than the head. */
  head: number | null;
  /** Whether the runs, and the messages, are to be read again. */
  runs: boolean;
  messages: boolean;
  /** Who watches, where that changed. */
  viewers: readonly LiveViewer[] | null;
};

const none: News = { head: null, runs: false, messages: false, viewers: null };

function withFrame(news: News, frame: LiveFrame, { head, runs, followed }: Known): News {
  switch (frame.type) {
    case "presence":
      return { ...news, viewers: frame.viewers };
    case "revision.created":
      return frame.revision > Math.max(head, news.head ?? 0) ? { ...news, head: frame.revision } : news;
    case "run.created":
      return runs.some(({ id }) => id === frame.runId) ? news : { ...news, runs: true };
    case "run.completed":
    case "run.failed":
    case "run.cancelled": {
      const isKnown = runs.some(({ id, status }) => id === frame.runId && isEnded(status));
      return isKnown || followed.has(frame.runId) ? news : { ...news, runs: true, messages: true };
    }
    default:
      // The rest of a run is shown from its own stream, and what concerns the connection is the connection's.
      return news;
  }
}

/** The live feed as a signal: which of what was read is stale now. A run's text is never taken from it. */
export const newsIn = (frames: readonly LiveFrame[], known: Known): News =>
  frames.reduce((news, frame) => withFrame(news, frame, known), none);
