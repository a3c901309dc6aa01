import { describe, expect, it } from "vitest";
import { replaceEach } from "../../../worker/agents/tools/edits.ts";

const edited = (content: string, find: string, replace: string) => replaceEach(content, [{ find, replace }]);

describe("an edit of a file with other line ends", () => {
  it("an edit inserts lines with the file's line ends: CRLF", () => {
    const content = "<h1>Hi</h1>\r\n<p>one</p>\r\n<p>two</p>\r\n";
    expect(edited(content, "<p>one</p>", "<p>one</p>\n<p>more</p>")).toEqual({
      content: "<h1>Hi</h1>\r\n<p>one</p>\r\n<p>more</p>\r\n<p>two</p>\r\n",
    });
  });

  it("an edit inserts lines with the file's line ends: CR", () => {
    expect(edited("one\rtwo\rthree", "one\ntwo", "1\n2\n2b")).toEqual({ content: "1\r2\r2b\rthree" });
  });

  it("an edit of a file with mixed line ends follows the lines around it, and leaves all others unchanged", () => {
    expect(edited("a\r\nb\nc\r\nd\n", "a\nb\nc", "a\nB\nc")).toEqual({ content: "a\r\nB\nc\r\nd\n" });
    expect(edited("a\r\nb\nc\nd\n", "c\n", "c\nC\n")).toEqual({ content: "a\r\nb\nc\nC\nd\n" });
    expect(edited("a\r\nb\nc", "a", "a\nA")).toEqual({ content: "a\r\nA\r\nb\nc" });
  });

  it("an edit inserts no carriage returns into a file of line feeds, even when the model writes them", () => {
    expect(edited("a\nb\n", "a\r\nb", "a\r\nx\r\nb")).toEqual({ content: "a\nx\nb\n" });
  });

  it("an edit never splits a CRLF", () => {
    expect(edited("a\r\nb\r\n", "\nb", "\nc")).toEqual({ content: "a\r\nc\r\n" });
    expect(edited("a\r\nb\r\n", "a\n", "")).toEqual({ content: "b\r\n" });
  });

  it("an edit keeps a byte order mark, whether or not the model repeats it", () => {
    expect(edited("\ufeffone\r\ntwo\r\n", "\ufeffone", "1")).toEqual({ content: "\ufeff1\r\ntwo\r\n" });
    expect(edited("\ufeffone\ntwo\n", "one\ntwo", "1\n2")).toEqual({ content: "\ufeff1\n2\n" });
    expect(edited("one\n", "\ufeffone", "\ufeff1")).toEqual({ content: "1\n" });
  });

  it("an edit finds the last line when the model adds a final line feed that the file lacks", () => {
    expect(edited("one\ntwo", "two\n", "2\n")).toEqual({ content: "one\n2" });
    expect(edited("one\r\ntwo", "one\ntwo\n", "one\n2\n3\n")).toEqual({ content: "one\r\n2\r\n3" });
  });

  it("an edit reports the line numbers of a text that occurs more than once, whatever the line ends", () => {
    expect(edited("a\r\nb\r\na\nb\n", "a\nb", "c")).toEqual({ fault: expect.stringContaining("lines 1 and 3") });
  });
});
