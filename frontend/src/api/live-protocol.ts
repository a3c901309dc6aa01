import type { LiveFrame, LiveMessage, LiveNotice, liveClose } from "../../../worker/contract/index.ts";

// The live feed's protocol as pure functions: the meaning of frames and close codes. `live.ts` owns the socket.

export type LiveViewer = Extract<LiveNotice, { type: "presence" }>["viewers"][number];

/** Typed by the contract, so that a changed code is a type error here. */
const codes: typeof liveClose = { tooSlow: 4008, signInAgain: 4001, projectDeleted: 4004 };

/**
 * Why the socket closed: the project was deleted, the session must be checked again, or a failure that the client
 * recovers from by resuming.
 */
export type Closing = "deleted" | "sign-in" | "broken";

/** Returns the reason for a close code. */
export function closingOf(code: number): Closing {
  if (code === codes.projectDeleted) return "deleted";
  return code === codes.signInAgain ? "sign-in" : "broken";
}

export type Heard = {
  /** The position of the newest event received; null before the feed's first position is known. */
  pos: number | null;
  reply: LiveMessage | null;
  /** Whether events may have been missed, so that cached data must be refetched. */
  missed: boolean;
};

/** Returns the position after a frame, and the reply to send. */
export function hear(pos: number | null, frame: LiveFrame): Heard {
  if ("pos" in frame) return { pos: frame.pos, reply: null, missed: false };
  if (frame.type === "resumed") return { pos: frame.after, reply: null, missed: pos === null || frame.after > pos };
  if (frame.type === "error" && frame.after !== undefined) {
    // The events after this position have expired: resume from the position that the server names.
    return { pos: frame.after, reply: { type: "resume", after: frame.after }, missed: true };
  }
  return { pos, reply: null, missed: false };
}

const firstPauseMs = 500;
const maxPauseMs = 20_000;

/**
 * Returns the delay before reconnecting, in milliseconds: exponential backoff with jitter.
 * @param failures the number of consecutive failed attempts
 * @param random a random number from 0 to 1
 */
export const pauseBefore = (failures: number, random: number): number =>
  Math.min(firstPauseMs * 2 ** failures, maxPauseMs) * (0.5 + random / 2);
