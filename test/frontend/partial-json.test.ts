import { describe, expect, it } from "vitest";
import { parsePartial } from "../../frontend/src/chat/partial-json.ts";

const sample = {
  files: [
    { path: "src/a b.ts", content: 'const a = "x\\n";\n\t// é 😀 { [ , : ] }\n' },
    { path: "b.json", content: '{"deep": [1, 2]}', more: [true, false, null, -1.5e3, {}, []] },
  ],
  message: "",
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Whether `part` is a valid partial value of `whole`. A truncated literal parses as null or a shorter number. */
function isPrefixOf(part: unknown, whole: unknown): boolean {
  if (typeof part === "string" && typeof whole === "string") return whole.startsWith(part);
  if (Array.isArray(part) && Array.isArray(whole)) return part.every((one, index) => isPrefixOf(one, whole[index]));
  if (isRecord(part) && isRecord(whole)) return Object.keys(part).every((key) => isPrefixOf(part[key], whole[key]));
  return !isRecord(part) && !isRecord(whole);
}

describe("reading JSON that is still arriving", () => {
  it("parsePartial parses a complete text as JSON.parse does", () => {
    for (const text of [JSON.stringify(sample), JSON.stringify(sample, null, 2)])
      expect(parsePartial(text)).toEqual(sample);
  });

  it("parsePartial returns everything that has arrived at every cut, and never more", () => {
    const text = JSON.stringify(sample);
    for (let cut = 0; cut < text.length; cut++) {
      const part = parsePartial(text.slice(0, cut));
      expect(part === null || isPrefixOf(part, sample), text.slice(0, cut)).toBe(true);
    }
  });

  it("parsePartial omits an escape that is cut in the middle", () => {
    expect(parsePartial('{"a":"x\\')).toEqual({ a: "x" });
    expect(parsePartial('{"a":"x\\u00e')).toEqual({ a: "x" });
    expect(parsePartial('{"a":"x\\\\')).toEqual({ a: "x\\" });
  });

  it("parsePartial returns null for an empty text, and terminates on invalid text", () => {
    expect(parsePartial("")).toBeNull();
    for (const broken of ["{,}", "[,,]", '{"a"}', "}{", "[1 2]", "{a:1}"])
      expect(() => parsePartial(broken)).not.toThrow();
  });
});

describe("a long text that grows", () => {
  const lines = Array.from({ length: 200 }, (_, line) => `const a${line} = "${line}\\n";\t// é\n`).join("");

  it("parsePartial returns a prefix of a long growing text at every step, also while another text is parsed", () => {
    const one = JSON.stringify({ files: [{ path: "a.ts", content: lines }] });
    const other = JSON.stringify({ files: [{ path: "b.ts", content: `${lines}// other` }] });
    for (let cut = 5_000; cut < one.length; cut += 7) {
      const part = parsePartial(one.slice(0, cut));
      expect(isPrefixOf(part, { files: [{ path: "a.ts", content: lines }] })).toBe(true);
      if (cut % 5 === 0) expect(parsePartial(other)).toEqual(JSON.parse(other));
    }
    expect(parsePartial(one)).toEqual(JSON.parse(one));
  });
});
