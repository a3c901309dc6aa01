import { describe, expect, it } from "vitest";
import { isSubmitKey } from "../../frontend/src/ui/enter-key.ts";

const enter = { key: "Enter", shiftKey: false, keyCode: 13, isComposing: false };

describe("the Enter key in a prompt box", () => {
  it("Enter submits outside a composition", () => {
    expect(isSubmitKey(enter)).toBe(true);
  });

  it("Enter does not submit while an input method composes, in Chromium and Firefox", () => {
    expect(isSubmitKey({ ...enter, isComposing: true, keyCode: 229 })).toBe(false);
  });

  it("Enter does not submit when it confirms a composition that Safari has already ended", () => {
    expect(isSubmitKey({ ...enter, keyCode: 229 })).toBe(false);
  });

  it("Enter with Shift does not submit, nor does another key", () => {
    expect(isSubmitKey({ ...enter, shiftKey: true })).toBe(false);
    expect(isSubmitKey({ ...enter, key: "a", keyCode: 65 })).toBe(false);
  });
});
