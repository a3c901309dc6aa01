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
  it("readPointed reads what storedPointed has made: elements, their revision and what is typed", () => {
    const typed = { wanted: "Larger", text: { of: "src/app.tsx:12:5", to: "Corner shop" }, style: { padding: "4px" } };
    const pointed: Pointed = { elements: [element], revision: 3, isMore: true, typed };
    expect(readPointed(JSON.parse(JSON.stringify(storedPointed(pointed))))).toEqual(pointed);
  });

  it("readPointed leaves out what is not as it should be, and reads nothing where nothing is kept", () => {
    expect(readPointed(null)).toBeNull();
    expect(readPointed("x")).toBeNull();
    expect(
      readPointed({ elements: [{ place: "x" }, 1], revision: "3", typed: { wanted: 4, text: {}, style: 1 } }),
    ).toEqual(nothingPointed);
  });
});
