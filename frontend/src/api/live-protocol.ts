import type { LiveFrame, LiveMessage, LiveNotice, liveClose } from "../../../worker/contract/index.ts";

// What the live feed's frames and close codes mean for the connection. All of it is pure; `live.ts` holds the socket.

export type LiveViewer = Extract<LiveNotice, { type: "presence" }>["viewers"][number];

/** Typed by the contract, so that a code that changes there is a type error here. */
const codes: typeof liveClose = { tooSlow: 4008, signInAgain: 4001, projectDeleted: 4004 };

/** Why it closed: the project is gone, the right to watch is to be looked at again, or anything after which one resumes. */
export type Closing = "deleted" | "sign-in" | "broken";

export function closingOf(code: number): Closing {
  if (code === codes.projectDeleted) return "deleted";
  return code === codes.signInAgain ? "sign-in" : "broken";
}

export type Heard = {
  /** The position of the newest event there is here; null before the feed has said where it begins. */
  pos: number | null;
  reply: LiveMessage | null;
  /** Something may have happened that no frame tells of, so that what was read must be read again. */
  missed: boolean;
};

/** What a frame does to the place in the feed. */
export function hear(pos: number | null, frame: LiveFrame): Heard {
  if ("pos" in frame) return { pos: frame.pos, reply: null, missed: false };
  if (frame.type === "resumed") return { pos: frame.after, reply: null, missed: pos === null || frame.after > pos };
  if (frame.type === "error" && frame.after !== undefined) {
    // What follows our place is no longer kept, or was never there: on from the place the server names.
    return { pos: frame.after, reply: { type: "resume", after: frame.after }, missed: true };
  }
  return { pos, reply: null, missed: false };
}

const firstPauseMs = 500;
const maxPauseMs = 20_000;

/**
 * How long to wait before connecting again, in milliseconds: twice as long after each failure, and never all pages at once.
 * @param failures attempts in a row that came to nothing
 * @param random from 0 to 1
 */
export const pauseBefore = (failures: number, random: number): number =>
  Math.min(firstPauseMs * 2 ** failures, maxPauseMs) * (0.5 + random / 2);
