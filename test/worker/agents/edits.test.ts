import { describe, expect, it } from "vitest";
import { replaceEach } from "../../../worker/agents/tools/edits.ts";

const edited = (content: string, find: string, replace: string) => replaceEach(content, [{ find, replace }]);

describe("an edit of a file whose lines do not end in line feeds alone", () => {
  it("puts its lines in with the ends that the file has: carriage return and line feed", () => {
    const content = "<h1>Hi</h1>\r\n<p>one</p>\r\n<p>two</p>\r\n";
    expect(edited(content, "<p>one</p>", "<p>one</p>\n<p>more</p>")).toEqual({
      content: "<h1>Hi</h1>\r\n<p>one</p>\r\n<p>more</p>\r\n<p>two</p>\r\n",
    });
  });

  it("puts its lines in with the ends that the file has: carriage returns alone", () => {
    expect(edited("one\rtwo\rthree", "one\ntwo", "1\n2\n2b")).toEqual({ content: "1\r2\r2b\rthree" });
  });

  it("follows the lines around it in a file of mixed line ends, and leaves all others as they are", () => {
    expect(edited("a\r\nb\nc\r\nd\n", "a\nb\nc", "a\nB\nc")).toEqual({ content: "a\r\nB\nc\r\nd\n" });
    expect(edited("a\r\nb\nc\nd\n", "c\n", "c\nC\n")).toEqual({ content: "a\r\nb\nc\nC\nd\n" });
    expect(edited("a\r\nb\nc", "a", "a\nA")).toEqual({ content: "a\r\nA\r\nb\nc" });
  });

  it("does not put carriage returns into a file of line feeds, though the model writes them", () => {
    expect(edited("a\nb\n", "a\r\nb", "a\r\nx\r\nb")).toEqual({ content: "a\nx\nb\n" });
  });

  it("never parts a carriage return from its line feed", () => {
    expect(edited("a\r\nb\r\n", "\nb", "\nc")).toEqual({ content: "a\r\nc\r\n" });
    expect(edited("a\r\nb\r\n", "a\n", "")).toEqual({ content: "b\r\n" });
  });

  it("keeps a byte order mark, whether or not the model repeats it", () => {
    expect(edited("\ufeffone\r\ntwo\r\n", "\ufeffone", "1")).toEqual({ content: "\ufeff1\r\ntwo\r\n" });
    expect(edited("\ufeffone\ntwo\n", "one\ntwo", "1\n2")).toEqual({ content: "\ufeff1\n2\n" });
    expect(edited("one\n", "\ufeffone", "\ufeff1")).toEqual({ content: "1\n" });
  });

  it("finds the last line though the model ends it with a line feed that the file does not have", () => {
    expect(edited("one\ntwo", "two\n", "2\n")).toEqual({ content: "one\n2" });
    expect(edited("one\r\ntwo", "one\ntwo\n", "one\n2\n3\n")).toEqual({ content: "one\r\n2\r\n3" });
  });

  it("names the lines of a text that occurs more than once, whatever ends them", () => {
    expect(edited("a\r\nb\r\na\nb\n", "a\nb", "c")).toEqual({ fault: expect.stringContaining("lines 1 and 3") });
  });
});
