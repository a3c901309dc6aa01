import { describe, expect, it } from "vitest";
import { readPreviewMessage } from "../../frontend/src/preview/preview-message.ts";

const own = "http://prj-1.localhost:8788";
const from = (origin: string, data: unknown) => readPreviewMessage(new MessageEvent("message", { origin, data }), own);
const error = { source: "edgesmith-preview", type: "error", message: "boom", stack: "at App" };

describe("what an app's page says", () => {
  it("readPreviewMessage accepts messages from the preview's own origin", () => {
    expect(from(own, error)).toEqual({ type: "error", message: "boom", stack: "at App" });
    expect(from(own, { source: "edgesmith-preview", type: "navigated", path: "/a" })).toEqual({
      type: "navigated",
      path: "/a",
    });
  });

  it("readPreviewMessage accepts the origin of a browser without cookies, whose label ends with a secret", () => {
    const secret = "abcdefghijklmnopqrstuvwxyz";
    const refused = { source: "edgesmith-preview", type: "refused" };
    expect(from(`http://prj-1-${secret}.localhost:8788`, refused)).toEqual({ type: "refused" });
    for (const other of [
      `http://prj-2-${secret}.localhost:8788`,
      `https://prj-1-${secret}.localhost:8788`,
      `http://prj-1-${secret}.localhost:8789`,
      `http://prj-1-${secret}.evil.example`,
      `http://prj-1-${secret}x.localhost:8788`,
      `http://prj-1-x.${secret}.localhost:8788`,
      "http://prj-1-.localhost:8788",
      "http://prj-1-localhost:8788",
    ])
      expect(from(other, refused), other).toBeNull();
  });

  it("readPreviewMessage returns null for another origin or another format", () => {
    expect(from("http://prj-2.localhost:8788", error)).toBeNull();
    expect(from("null", error)).toBeNull();
    for (const data of [null, "x", 1, [], {}, { ...error, source: "x" }, { ...error, type: "run" }])
      expect(from(own, data)).toBeNull();
  });

  it("readPreviewMessage truncates a message for display, and converts its parts to text", () => {
    expect(from(own, { ...error, message: "x".repeat(9_000), stack: {} })).toEqual({
      type: "error",
      message: "x".repeat(2_000),
      stack: null,
    });
  });
});
