import { describe, expect, it } from "vitest";
import { formatUrlState, parseUrlState, type UrlState } from "../../frontend/src/workspace/url-state.ts";

const opened: UrlState = { view: "chat", file: null, revision: null, at: null };

describe("a place in a project's address", () => {
  it("parseUrlState accepts hand-written queries", () => {
    expect(parseUrlState("?view=code&file=src/app.tsx")).toEqual({ ...opened, view: "code", file: "src/app.tsx" });
    expect(parseUrlState("?view=history&revision=12")).toEqual({ ...opened, view: "history", revision: 12 });
    expect(parseUrlState("?view=history&revision=0").revision).toBe(0);
  });

  it("parseUrlState returns the defaults for missing or invalid values", () => {
    for (const search of ["", "?", "?view=", "?view=toString", "?file=", "?revision=-1", "?revision=1e3", "?x=y"]) {
      expect(parseUrlState(search), search).toEqual(opened);
    }
  });

  it("formatUrlState is short, and empty for a newly opened project", () => {
    expect(formatUrlState(opened)).toBe("");
    expect(formatUrlState({ view: "code", file: "src/app.tsx", revision: null, at: null })).toBe(
      "?view=code&file=src/app.tsx",
    );
    expect(formatUrlState({ view: "history", file: null, revision: 3, at: null })).toBe("?view=history&revision=3");
  });

  it("parseUrlState reverses formatUrlState for any file name", () => {
    for (const file of ["a b.md", "100%.md", "a%20b.md", "a+b&c=d?e#f.ts", "häuser/日本.ts", "%2F"]) {
      const where: UrlState = { view: "preview", file, revision: 7, at: 3 };
      expect(parseUrlState(formatUrlState(where)), file).toEqual(where);
    }
  });
});
