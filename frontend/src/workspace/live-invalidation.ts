import type { LiveFrame, Run } from "../../../worker/contract/index.ts";
import type { LiveViewer } from "../api/live-protocol.ts";
import { isEnded } from "../chat/run-view.ts";

/** What the page has already. */
export type KnownState = {
  head: number;
  runs: readonly Run[];
  /** The runs whose own stream is read, or was: that tells of their end. */
  followed: ReadonlySet<string>;
};

/** What the page has to do about some frames. */
export type Invalidation = {
  /** The newest revision, where it is newer than the head. */
  head: number | null;
  /** Whether the runs, and the messages, are to be read again. */
  runs: boolean;
  messages: boolean;
  /** Who watches, where that changed. */
  viewers: readonly LiveViewer[] | null;
};

const none: Invalidation = { head: null, runs: false, messages: false, viewers: null };

function withFrame(invalidation: Invalidation, frame: LiveFrame, { head, runs, followed }: KnownState): Invalidation {
  switch (frame.type) {
    case "presence":
      return { ...invalidation, viewers: frame.viewers };
    case "revision.created":
      return frame.revision > Math.max(head, invalidation.head ?? 0)
        ? { ...invalidation, head: frame.revision }
        : invalidation;
    case "run.created":
      return runs.some(({ id }) => id === frame.runId) ? invalidation : { ...invalidation, runs: true };
    case "run.completed":
    case "run.failed":
    case "run.cancelled": {
      const isKnown = runs.some(({ id, status }) => id === frame.runId && isEnded(status));
      return isKnown || followed.has(frame.runId) ? invalidation : { ...invalidation, runs: true, messages: true };
    }
    default:
      // The rest of a run is shown from its own stream, and what concerns the connection is the connection's.
      return invalidation;
  }
}

/** The live feed as a signal: which of what was read is stale now. A run's text is never taken from it. */
export const invalidationIn = (frames: readonly LiveFrame[], known: KnownState): Invalidation =>
  frames.reduce((invalidation, frame) => withFrame(invalidation, frame, known), none);
