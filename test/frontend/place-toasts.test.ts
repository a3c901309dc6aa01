import { describe, expect, it } from "vitest";
import { placeFor } from "../../frontend/src/ui/place-toasts.ts";

const page = { width: 1_440, height: 900 };
const toasts = { width: 300, height: 40 };
const area = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const found = { controls: [], surfaces: [], from: 60 };

describe("the place of toasts", () => {
  it("Without controls they are in the middle below the header", () => {
    expect(placeFor(toasts, page, found)).toEqual({ top: 60, side: "center" });
  });

  it("They go to a side, and then further down, where a control is in the way", () => {
    const middle = area(600, 55, 300, 30);
    expect(placeFor(toasts, page, { ...found, controls: [middle] })).toEqual({ top: 60, side: "end" });
    const bar = area(0, 55, 1_440, 45);
    expect(placeFor(toasts, page, { ...found, controls: [bar] })).toEqual({ top: 100, side: "center" });
  });

  it("They cover the app only where nothing else is free, and a control only where the whole page has some", () => {
    const app = area(448, 100, 992, 800);
    const bar = area(448, 60, 992, 40);
    expect(placeFor(toasts, page, { ...found, controls: [bar], surfaces: [app] })).toEqual({ top: 60, side: "start" });
    const everywhere = area(0, 0, 1_440, 900);
    const half = { ...found, controls: [everywhere, area(0, 0, 1_440, 450)] };
    expect(placeFor(toasts, page, half)).toEqual({ top: 452, side: "center" });
  });

  it("A page that is lower than they are has them below its header", () => {
    expect(placeFor(toasts, { width: 320, height: 80 }, found)).toEqual({ top: 60, side: "center" });
  });
});
