import { describe, expect, it } from "vitest";
import { mergedText, threeWay } from "../../frontend/src/files/three-way.ts";

const text = (...lines: string[]): string => `${lines.join("\n")}\n`;
const base = text("one", "two", "three", "four");
const none = new Map();

describe("comparing two changes of a file", () => {
  it("threeWay keeps the changes of both sides where they are apart", () => {
    const mine = text("ONE", "two", "three", "four");
    const theirs = text("one", "two", "three", "FOUR", "five");
    expect(mergedText(threeWay(base, mine, theirs), none)).toBe(text("ONE", "two", "three", "FOUR", "five"));
  });

  it("threeWay does not call changes of adjacent lines a conflict", () => {
    const regions = threeWay(base, text("one", "TWO", "three", "four"), text("one", "two", "THREE", "four"));
    expect(regions.map(({ kind }) => kind)).toEqual(["same", "mine", "theirs", "same"]);
    expect(mergedText(regions, none)).toBe(text("one", "TWO", "THREE", "four"));
  });

  it("threeWay needs a choice where both sides changed a line, and shows the line before", () => {
    const regions = threeWay(base, text("one", "mine", "three", "four"), text("one", "theirs", "three", "four"));
    expect(regions[1]).toEqual({ kind: "conflict", base: ["two\n"], mine: ["mine\n"], theirs: ["theirs\n"] });
    expect(mergedText(regions, none)).toBeNull();
    expect(mergedText(regions, new Map([[1, "theirs"]]))).toBe(text("one", "theirs", "three", "four"));
    expect(mergedText(regions, new Map([[1, "both"]]))).toBe(text("one", "mine", "theirs", "three", "four"));
  });

  it("threeWay needs a choice where both insert at one place, whose order is undefined", () => {
    const regions = threeWay(
      base,
      text("mine", "one", "two", "three", "four"),
      text("theirs", "one", "two", "three", "four"),
    );
    expect(regions[0]?.kind).toBe("conflict");
  });

  it("threeWay takes an equal change of both sides once, and a deletion", () => {
    const both = text("one", "2", "three", "four");
    expect(mergedText(threeWay(base, both, both), none)).toBe(both);
    expect(mergedText(threeWay(base, text("one", "four"), base), none)).toBe(text("one", "four"));
  });

  it("mergedText separates both sides of a conflict in a last line that has no line end", () => {
    const regions = threeWay("a", "mine", "theirs");
    expect(mergedText(regions, new Map([[0, "both"]]))).toBe("mine\ntheirs");
  });
});
