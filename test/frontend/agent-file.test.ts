import { describe, expect, it } from "vitest";
import { fileOf, nameIn, sample } from "../../frontend/src/agents/agent-file.ts";
import { parseAgentFile } from "../../worker/agents/agent-file.ts";

describe("an agent's file", () => {
  it("nameIn returns the agent's name in every YAML notation", () => {
    expect(nameIn(sample)).toBe("beekeeper");
    for (const line of ['name: "a-b"', "name:   a-b  ", "'name' : a-b # mine", "title: x\nname: a-b"]) {
      expect(nameIn(`---\r\n${line}\r\nmodel: fast\r\n---\r\nname: other`), line).toBe("a-b");
    }
  });

  it("nameIn returns undefined without front matter, and without a name in it", () => {
    for (const file of ["", "name: a", "---\ntitle: x\n---\nname: a", "---\nname:\n---\n"]) {
      expect(nameIn(file), file).toBeUndefined();
    }
  });

  it("fileOf renders a file that parses to the same agent", () => {
    const plain = parseAgentFile(sample, "sample.md");
    const awkward = {
      ...plain,
      title: "Yes: no #1",
      description: 'Says "hello"\nin two lines, `$x` and \\n; ends in a space.',
      keywords: ["true", "c++", "a, b", "- x", "ünï", "null"],
      examples: ["@fullstack do: it", "What's new?", "{a: 1}", "1e3"],
      tools: [],
      prompt: "First\n\n---\n\nsecond",
    };
    for (const agent of [plain, awkward]) expect(parseAgentFile(fileOf(agent), "again.md")).toEqual(agent);
  });
});
