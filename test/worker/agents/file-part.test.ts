import { describe, expect, it } from "vitest";
import { partOf } from "../../../worker/agents/tools/file-part.ts";
import { tools } from "../../../worker/agents/tools/index.ts";
import { MemoryWorkspace } from "./memory-workspace.ts";

/** Reads a file part by part, as each part says, until nothing is left. */
function readThrough(content: string, room: number): string[] {
  const parts: string[] = [];
  let next: { offset: number; column?: number } | null = { offset: 1 };
  while (next !== null) {
    const part = partOf(content, next, room);
    if (part.text === "") throw new Error("a part without text");
    parts.push(part.text);
    // Each part contains at least a character: a position that does not advance would loop forever.
    if (parts.length > content.length) throw new Error("the parts do not end");
    next = part.next;
  }
  return parts;
}

describe("a part of a file", () => {
  it.each([
    ["many lines", Array.from({ length: 300 }, (_, at) => `line ${at}\n`).join("")],
    ["one line without an end", "x".repeat(5_000)],
    ["long lines between short ones", `a\n${"b".repeat(3_000)}\nc\n${"d".repeat(900)}`],
    ["Windows line ends and no last one", Array.from({ length: 200 }, (_, at) => `line ${at}`).join("\r\n")],
    ["characters of two units", `${"😀".repeat(700)}\n`],
    ["blank lines", "\n".repeat(2_500)],
  ])("Reading %s part by part returns every character once, and splits none", (_what, content) => {
    const parts = readThrough(content, 501);
    expect(parts.join("")).toBe(content);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(501);
      expect(part.isWellFormed()).toBe(true);
    }
  });

  it("partOf starts and ends at the requested lines", () => {
    expect(partOf("1\n2\n3\n4\n", { offset: 2, limit: 2 }, 100)).toEqual({
      text: "2\n3\n",
      from: 2,
      to: 3,
      lines: 4,
      next: null,
    });
    expect(partOf("1\n2\n", { offset: 3 }, 100)).toMatchObject({ text: "", lines: 2, next: null });
    expect(partOf("", {}, 100)).toMatchObject({ text: "", from: 1, to: 0, lines: 0, next: null });
  });
});

describe("read_files", () => {
  const rows = Array.from({ length: 1_800 }, (_, at) => `row ${at}: ${"y".repeat(35)}`).join("\n");
  const workspace = new MemoryWorkspace({ "long.js": `${rows}\nfunction last() {\n  return 1;\n}\n`, "b.txt": "b" });
  const read = async (input: object) => {
    const tool = tools.find(({ name }) => name === "read_files");
    const context = {
      workspace,
      opId: "op_1",
      again: false,
      fence: "f00d",
      views: 0,
      baseOf: () => workspace.revision,
    };
    return (await tool?.run(input, context))?.content ?? "";
  };

  it("read_files can read the end of a file that is too long for one part", async () => {
    const first = await read({ paths: ["long.js"] });
    expect(first).not.toContain("return 1;");
    const offset = Number(/with offset (\d+)/.exec(first)?.[1]);
    expect(await read({ paths: ["long.js"], offset })).toContain("return 1;");
    expect(await read({ paths: ["long.js"], offset: 1_790 })).toContain("return 1;");
    expect(await read({ paths: ["long.js"], offset: 1_802, limit: 1 })).toBe(
      '<file-f00d path="long.js" lines="1802-1802" of="1803">\n  return 1;\n\n</file-f00d>',
    );
  });

  it("read_files returns the number of lines when the offset is after the last", async () => {
    expect(await read({ paths: ["b.txt"], offset: 5 })).toBe("(b.txt has 1 lines: there is nothing at line 5.)");
  });
});
