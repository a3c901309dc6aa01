import { describe, expect, it } from "vitest";
import { readPreviewMessage } from "../../frontend/src/preview/preview-message.ts";

const own = "http://prj-1.localhost:8788";
const from = (origin: string, data: unknown) => readPreviewMessage(new MessageEvent("message", { origin, data }), own);
const error = { source: "edgesmith-preview", type: "error", message: "boom", stack: "at App" };

describe("what an app's page says", () => {
  it("is read from its own origin", () => {
    expect(from(own, error)).toEqual({ type: "error", message: "boom", stack: "at App" });
    expect(from(own, { source: "edgesmith-preview", type: "navigated", path: "/a" })).toEqual({
      type: "navigated",
      path: "/a",
    });
  });

  it("is nothing to us from another origin, or in another form", () => {
    expect(from("http://prj-2.localhost:8788", error)).toBeNull();
    expect(from("null", error)).toBeNull();
    for (const data of [null, "x", 1, [], {}, { ...error, source: "x" }, { ...error, type: "run" }])
      expect(from(own, data)).toBeNull();
  });

  it("is cut to a length that can be shown, and its parts are text", () => {
    expect(from(own, { ...error, message: "x".repeat(9_000), stack: {} })).toEqual({
      type: "error",
      message: "x".repeat(2_000),
      stack: null,
    });
  });
});
