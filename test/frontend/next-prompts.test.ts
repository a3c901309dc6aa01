import { describe, expect, it } from "vitest";
import { nextPromptsIn, nextPromptsOf, withoutNextPrompts } from "../../frontend/src/chat/next-prompts.ts";
import { emptyView, type RunView, streamOf } from "../../frontend/src/chat/run-view.ts";
import { viewedPath, viewNames, withoutSuggestions } from "../../frontend/src/chat/shown-items.ts";

const ended = (text: string, status: RunView["status"] = "completed"): RunView => ({
  ...emptyView("run_1", "2026-11-28T12:00:00.000Z"),
  status,
  items: [{ kind: "text", key: "t", seq: 1, step: 1, streamed: streamOf(), full: { seq: 1, text } }],
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

  it("withoutNextPrompts drops the list that buttons show, and nothing else", () => {
    expect(withoutNextPrompts("Done.\n\n**Next:**\n- Add due dates\n")).toBe("Done.");
    expect(withoutNextPrompts("Done.\nNext: rest well")).toBe("Done.\nNext: rest well");
  });

  it("withoutSuggestions keeps the list of a run that failed, which has no buttons", () => {
    const texts = (view: RunView) => withoutSuggestions(view).map((item) => item.kind === "text" && item.full?.text);
    expect(texts(ended("Done.\n\nNext:\n- One"))).toEqual(["Done."]);
    expect(texts(ended("Done.\n\nNext:\n- One", "failed"))).toEqual(["Done.\n\nNext:\n- One"]);
  });
});

describe("pictures that an agent saw", () => {
  const call = (key: string, name: string, result: unknown, isError = false): RunView["items"][number] => ({
    kind: "tool",
    key,
    seq: 1,
    step: 1,
    toolUseId: key,
    name,
    streamed: streamOf(),
    done: { seq: 2, input: { path: "/todos" }, result, isError },
  });
  const seen = 'The page "/todos". The picture shows 1280 × 800 pixels of a page that is 900 high.';

  it("viewNames counts the calls of view_page, also those without a picture, as the API does", () => {
    const items = [call("a", "view_page", "", true), call("b", "check", "ok"), call("c", "view_page", seen)];
    expect([...viewNames(items)]).toEqual([
      ["a", "view-1"],
      ["c", "view-2"],
    ]);
  });

  it("viewedPath is the path of a page that has a picture, and null for all else", () => {
    expect(viewedPath(call("a", "view_page", seen))).toBe("/todos");
    for (const other of [call("a", "view_page", seen, true), call("a", "check", seen), call("a", "view_page", "None.")])
      expect(viewedPath(other)).toBeNull();
  });
});
