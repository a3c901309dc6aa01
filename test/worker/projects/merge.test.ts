import { describe, expect, it } from "vitest";
import { mergeText } from "../../../worker/projects/merge.ts";

const base = "1\n2\n3\n4\n5\n";

describe("mergeText", () => {
  it("mergeText keeps both changes when they are apart", () => {
    expect(mergeText("one\n2\n3\n4\n5\n", base, "1\n2\n3\n4\nfive\n")).toBe("one\n2\n3\n4\nfive\n");
  });

  it("mergeText keeps changes of adjacent lines, and returns null where one side inserts next to the other's change", () => {
    expect(mergeText("a\nB\nc\n", "a\nb\nc\n", "a\nb\nC\n")).toBe("a\nB\nC\n");
    expect(mergeText("a\nB\nc\n", "a\nb\nc\n", "a\nb\nnew\nc\n")).toBeNull();
    expect(mergeText("a\nmine\nb\n", "a\nb\n", "a\ntheirs\nb\n")).toBeNull();
  });

  it("mergeText applies an equal change of both sides once", () => {
    expect(mergeText("1\nTWO\n3\n4\n5\n", base, "1\nTWO\n3\n4\n5\n")).toBe("1\nTWO\n3\n4\n5\n");
  });

  it("mergeText takes one side's change when the other has none", () => {
    expect(mergeText(base, base, "new\n")).toBe("new\n");
    expect(mergeText("new\n", base, base)).toBe("new\n");
  });

  it("mergeText returns null when both sides changed a line, or one deleted what the other changed", () => {
    expect(mergeText("uno\n2\n3\n4\n5\n", base, "ein\n2\n3\n4\n5\n")).toBeNull();
    expect(mergeText("2\n3\n4\n5\n", base, "ein\n2\n3\n4\n5\n")).toBeNull();
  });

  it("mergeText keeps line ends, and a missing final one", () => {
    expect(mergeText("a\r\nb\r\nc", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n")).toBe("A\r\nb\r\nc");
    expect(mergeText("", "", "")).toBe("");
  });
});
