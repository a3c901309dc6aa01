import { describe, expect, it } from "vitest";
import { isSubmitKey } from "../../frontend/src/ui/enter-key.ts";

const enter = { key: "Enter", shiftKey: false, keyCode: 13, isComposing: false };

describe("the Enter key in a prompt box", () => {
  it("submits where nothing is being composed", () => {
    expect(isSubmitKey(enter)).toBe(true);
  });

  it("does not submit while an input method composes, as Chromium and Firefox tell it", () => {
    expect(isSubmitKey({ ...enter, isComposing: true, keyCode: 229 })).toBe(false);
  });

  it("does not submit where it confirms a composition that Safari has already ended", () => {
    expect(isSubmitKey({ ...enter, keyCode: 229 })).toBe(false);
  });

  it("does not submit with Shift, nor does another key", () => {
    expect(isSubmitKey({ ...enter, shiftKey: true })).toBe(false);
    expect(isSubmitKey({ ...enter, key: "a", keyCode: 65 })).toBe(false);
  });
});
