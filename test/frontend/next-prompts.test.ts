import { describe, expect, it } from "vitest";
import { nextPromptsIn, nextPromptsOf } from "../../frontend/src/chat/next-prompts.ts";
import { emptyView, type RunView } from "../../frontend/src/chat/run-view.ts";

const ended = (text: string, status: RunView["status"] = "completed"): RunView => ({
  ...emptyView("run_1", "2026-11-28T12:00:00.000Z"),
  status,
  items: [{ kind: "text", key: "t", seq: 1, step: 1, parts: [], full: { seq: 1, text } }],
});

describe("suggested prompts", () => {
  it("nextPromptsIn reads the list under the last line Next:, without its marks", () => {
    expect(nextPromptsIn("Done.\n\n**Next:**\n- Add *due dates*\n- Add `dark mode`\n")).toEqual([
      "Add due dates",
      "Add dark mode",
    ]);
    expect(nextPromptsIn("Next:\n\n1. One\n2) Two\n3. Three\n4. Four")).toEqual(["One", "Two", "Three"]);
  });

  it("nextPromptsIn returns nothing unless a list ends the message", () => {
    for (const text of [
      "Done.",
      "Next: rest well",
      "Next:\n- One\n\nAnd that is all.",
      "Next:",
      `Next:\n- ${"x".repeat(200)}`,
    ])
      expect(nextPromptsIn(text)).toEqual([]);
  });

  it("nextPromptsOf suggests nothing after a failed run", () => {
    expect(nextPromptsOf(ended("Next:\n- One"))).toEqual(["One"]);
    expect(nextPromptsOf(ended("Next:\n- One", "failed"))).toEqual([]);
  });
});
