import { describe, expect, it } from "vitest";
import { closingOf, hear, pauseBefore } from "../../frontend/src/api/live-protocol.ts";
import { type LiveFrame, liveClose } from "../../worker/contract/index.ts";

const at = "2026-11-23T12:00:00.000Z";
const event = (pos: number): LiveFrame => ({ type: "step.started", runId: "run_1", seq: 1, at, step: 1, pos });
const resumed = (after: number): LiveFrame => ({ type: "resumed", after, head: 9 });

describe("the place in a live feed", () => {
  it("A live feed starts at the feed's position, and reports that earlier data may be stale", () => {
    expect(hear(null, resumed(7))).toEqual({ pos: 7, reply: null, missed: true });
  });

  it("A live feed advances with each event, and with nothing else", () => {
    expect(hear(7, event(8))).toEqual({ pos: 8, reply: null, missed: false });
    const others: LiveFrame[] = [
      { type: "pong" },
      { type: "presence", count: 0, viewers: [] },
      { type: "error", code: "invalid_message", detail: "" },
    ];
    for (const frame of others) expect(hear(8, frame)).toEqual({ pos: 8, reply: null, missed: false });
  });

  it("A live feed misses nothing when the feed resumes from the requested position", () => {
    expect(hear(8, resumed(8))).toEqual({ pos: 8, reply: null, missed: false });
    expect(hear(8, resumed(5))).toEqual({ pos: 5, reply: null, missed: false });
    expect(hear(8, resumed(9)).missed).toBe(true);
  });

  it("A live feed resumes from the server's position when its own has expired", () => {
    const trimmed: LiveFrame = { type: "error", code: "events_trimmed", detail: "", after: 40 };
    const heard = hear(8, trimmed);
    expect(heard).toEqual({ pos: 40, reply: { type: "resume", after: 40 }, missed: true });
    expect(hear(heard.pos, resumed(40)).missed).toBe(false);
  });
});

describe("the end of a connection", () => {
  it("A close code has its meaning, and any other code means to reconnect", () => {
    expect(closingOf(liveClose.projectDeleted)).toBe("deleted");
    expect(closingOf(liveClose.signInAgain)).toBe("sign-in");
    expect([liveClose.tooSlow, 1000, 1006, 1012].map(closingOf)).toEqual(Array(4).fill("broken"));
  });

  it("pauseBefore doubles up to twenty seconds, with jitter", () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 30].map((failures) => pauseBefore(failures, 1));
    expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    expect(pauseBefore(3, 0)).toBe(2_000);
  });
});
