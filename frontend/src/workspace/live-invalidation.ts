import type { LiveFrame, Run } from "../../../worker/contract/index.ts";
import type { LiveViewer } from "../api/live-protocol.ts";
import { isEnded } from "../chat/run-view.ts";

/** The data that the page already has. */
export type KnownState = {
  head: number;
  runs: readonly Run[];
  /** The runs whose own stream this page follows or has followed, and which reports their end. */
  followed: ReadonlySet<string>;
};

/** The data that some frames made stale. */
export type Invalidation = {
  /** The newest revision, if newer than the head; otherwise null. */
  head: number | null;
  /** Whether the runs, the messages and the comments must be refetched. */
  runs: boolean;
  messages: boolean;
  comments: boolean;
  /** Whether somebody created a revision outside of a run, which may have undone a run, or reverted such an undo. */
  undone: boolean;
  /** The viewers, if they changed; otherwise null. */
  viewers: readonly LiveViewer[] | null;
};

const none: Invalidation = { head: null, runs: false, messages: false, comments: false, undone: false, viewers: null };

function withFrame(invalidation: Invalidation, frame: LiveFrame, { head, runs, followed }: KnownState): Invalidation {
  switch (frame.type) {
    case "presence":
      return { ...invalidation, viewers: frame.viewers };
    case "comment.created":
    case "comment.deleted":
      return { ...invalidation, comments: true };
    case "revision.created": {
      const newest = Math.max(head, invalidation.head ?? 0);
      const isNewer = frame.revision > newest;
      const isByRun = "runId" in frame;
      return {
        ...invalidation,
        head: isNewer ? frame.revision : invalidation.head,
        undone: invalidation.undone || !isByRun,
      };
    }
    case "run.created":
      return runs.some(({ id }) => id === frame.runId) ? invalidation : { ...invalidation, runs: true };
    case "run.completed":
    case "run.failed":
    case "run.cancelled": {
      const isKnown = runs.some(({ id, status }) => id === frame.runId && isEnded(status));
      return isKnown || followed.has(frame.runId) ? invalidation : { ...invalidation, runs: true, messages: true };
    }
    default:
      // A run's own stream delivers the rest, and the connection itself handles connection frames.
      return invalidation;
  }
}

/** Determines which cached data some frames made stale. Takes no run's text from the feed. */
export const invalidationIn = (frames: readonly LiveFrame[], known: KnownState): Invalidation =>
  frames.reduce((invalidation, frame) => withFrame(invalidation, frame, known), none);
