import { describe, expect, it } from "vitest";
import { linkTarget } from "../../frontend/src/chat/link-target.ts";

describe("the link of a model's text", () => {
  it.each([
    ["src/App.tsx", { path: "src/App.tsx" }],
    ["./src/App.tsx", { path: "src/App.tsx" }],
    ["/src/App.tsx", { path: "src/App.tsx" }],
    ["index.html", { path: "index.html" }],
    ["src/App.tsx#L12", { path: "src/App.tsx", line: 12 }],
    ["src/App.tsx#L12-L20", { path: "src/App.tsx", line: 12 }],
    ["src/App.tsx:12:3", { path: "src/App.tsx", line: 12 }],
    ["src/%5Bid%5D/a%20b.ts", { path: "src/[id]/a b.ts" }],
  ])("A relative path with an extension is a file of the project: %s", (href, file) => {
    expect(linkTarget(href)).toEqual({ kind: "file", ...file });
  });

  it.each(["https://example.com/a.ts", "http://example.com", "mailto:ada@example.com"])(
    "An absolute address leads out of the workspace: %s",
    (href) => {
      expect(linkTarget(href)).toEqual({ kind: "web" });
    },
  );

  it.each(["", "#top", "/about", "about", "../a.ts", "a/../../b.ts", "//example.com/a.ts", "%E0%A4%A.ts", "a.ts?raw"])(
    "Any other address leads nowhere: %j",
    (href) => {
      expect(linkTarget(href)).toEqual({ kind: "none" });
    },
  );
});
