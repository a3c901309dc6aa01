import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withEndsOf, withPlainEnds } from "../../frontend/src/files/line-ends.ts";

/** Returns the stored text after an edit in the editor, which shows every line end as `\n`. */
const edited = (stored: string, edit: (text: string) => string) => withEndsOf(stored, edit(withPlainEnds(stored)));

describe("the editor and line ends", () => {
  it("withEndsOf keeps CRLF in every line of a file in which one letter was typed", () => {
    expect(edited("id,name\r\n1,Ada\r\n2,Bob", (text) => `X${text}`)).toBe("Xid,name\r\n1,Ada\r\n2,Bob");
  });

  it("withEndsOf ends a new line of a CRLF file with CRLF, also at the file's end", () => {
    expect(edited("a\r\nb\r\n", (text) => `${text}c\n`)).toBe("a\r\nb\r\nc\r\n");
    expect(edited("a\r\nb", (text) => text.replace("a", "a\nnew"))).toBe("a\r\nnew\r\nb");
  });

  it("withEndsOf keeps the lone CR of an old Mac file", () => {
    expect(edited("a\rb\rc", (text) => text.replace("b", "B"))).toBe("a\rB\rc");
  });

  it("withEndsOf keeps each unchanged line of a file with mixed line ends", () => {
    const stored = "one\r\ntwo\nthree\r\nfour\nfive\r\n";
    expect(edited(stored, (text) => text.replace("three", "3"))).toBe("one\r\ntwo\n3\r\nfour\nfive\r\n");
    expect(edited(stored, (text) => `zero\n${text.replace("two\n", "")}six`)).toBe(
      "zero\r\none\r\nthree\r\nfour\nfive\r\nsix",
    );
  });

  it("withEndsOf does not merge a lone CR with the line feed of an empty line behind it", () => {
    expect(withPlainEnds(edited("\n\r", () => "\n\n\n"))).toBe("\n\n\n");
  });

  it("withEndsOf returns the stored bytes after an edit was undone", () => {
    const line = fc.tuple(fc.constantFrom("a", "b", "", "longer"), fc.constantFrom("\n", "\r\n", "\r"));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom("", "tail"), (lines, tail) => {
        const stored = lines.flat().join("") + tail;
        expect(edited(stored, (text) => text)).toBe(stored);
      }),
    );
  });

  it("withEndsOf changes nothing but line ends, whatever the edit", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "\n", "\r\n", "\r"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (stored, next) => {
        expect(withPlainEnds(edited(stored, () => withPlainEnds(next)))).toBe(withPlainEnds(next));
      }),
    );
  });
});
