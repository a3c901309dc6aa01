import { describe, expect, it } from "vitest";
import { nothingPointed, type Pointed, readPointed, storedPointed } from "../../frontend/src/preview/pointed.ts";

const element = {
  place: { path: "src/app.tsx", line: 12, column: 5 },
  tag: "h1",
  text: "Shop",
  color: "#12ab34",
  background: null,
  margin: "8px",
  padding: "0",
  fontSize: "15.5px",
};

describe("what a reload keeps of pointing", () => {
  it("readPointed reads the elements, the revision and the texts that storedPointed has written", () => {
    const typed = { wanted: "Larger", text: { of: "src/app.tsx:12:5", to: "Corner shop" }, style: { padding: "4px" } };
    const pointed: Pointed = { elements: [element], revision: 3, isMore: true, typed };
    expect(readPointed(JSON.parse(JSON.stringify(storedPointed(pointed))))).toEqual(pointed);
  });

  it("readPointed leaves out invalid values, and returns null without a kept value", () => {
    expect(readPointed(null)).toBeNull();
    expect(readPointed("x")).toBeNull();
    expect(
      readPointed({ elements: [{ place: "x" }, 1], revision: "3", typed: { wanted: 4, text: {}, style: 1 } }),
    ).toEqual(nothingPointed);
  });
});
