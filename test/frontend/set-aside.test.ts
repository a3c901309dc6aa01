import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

/** Simulates a browser that stores nothing. */
const storage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
vi.stubGlobal("localStorage", storage);
vi.stubGlobal("sessionStorage", storage);
vi.stubGlobal("addEventListener", () => {});
// The modules add event listeners to the page when they are imported.
const { asideKey, forgetDrafts, typeDraft, typedIn } = await import("../../frontend/src/chat/drafts.ts");
const { forgetAside, putBack, replaceDraft } = await import("../../frontend/src/chat/set-aside.ts");

const key = "prj_1";
const aside = () => typedIn(asideKey(key));

beforeEach(() => {
  forgetDrafts();
  forgetAside(key);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe("a text that takes the place of a typed one", () => {
  it("replaceDraft sets aside what a person typed, and putBack returns it", () => {
    typeDraft(key, "My own idea");
    replaceDraft(key, "A suggestion");
    expect([typedIn(key), aside()]).toEqual(["A suggestion", "My own idea"]);
    putBack(key);
    expect([typedIn(key), aside()]).toEqual(["My own idea", ""]);
    replaceDraft(key, "Another one");
    expect([typedIn(key), aside()]).toEqual(["Another one", "My own idea"]);
  });

  it("replaceDraft keeps nothing of an empty box, and nothing of a suggestion that nobody changed", () => {
    replaceDraft(key, "A suggestion");
    replaceDraft(key, "Another one");
    expect([typedIn(key), aside()]).toEqual(["Another one", ""]);
  });

  it("replaceDraft sets a changed suggestion aside after an earlier text, and putBack keeps the text typed since", () => {
    typeDraft(key, "My own idea");
    replaceDraft(key, "A suggestion");
    typeDraft(key, "A suggestion, in blue");
    replaceDraft(key, "Another one");
    expect(aside()).toBe("My own idea\n\nA suggestion, in blue");
    typeDraft(key, "Another one, in red");
    putBack(key);
    expect([typedIn(key), aside()]).toEqual(["My own idea\n\nA suggestion, in blue", "Another one, in red"]);
  });
});
