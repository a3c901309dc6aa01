import { describe, expect, it } from "vitest";
import { timeUntil } from "../../frontend/src/ui/format.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const inSeconds = (seconds: number) => timeUntil(new Date(now + seconds * 1000).toISOString(), now);

describe("when something ends", () => {
  it("timeUntil shows minutes and hours within a day", () => {
    expect(inSeconds(59)).toBe("for 1 more minute");
    expect(inSeconds(3_600)).toBe("for 60 more minutes");
    expect(inSeconds(2 * 3_600)).toBe("for 2 more hours");
    expect(inSeconds(24 * 3_600)).toBe("for 24 more hours");
  });

  it("timeUntil shows a date beyond a day, and no future time once it has passed", () => {
    expect(inSeconds(40 * 86_400)).toMatch(/^until .*2026/);
    expect(inSeconds(0)).toBe("ended");
  });
});
