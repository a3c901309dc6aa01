import { describe, expect, it } from "vitest";
import { parseAgentFile, toolNames } from "../../../worker/agents/index.ts";
import { AppError } from "../../../worker/errors.ts";

const file = (head: string, body = "You help.") => `---\n${head}\n---\n${body}\n`;
const good = "name: helper\ntitle: Helper\ndescription: Helps.\ntools: list_files, read_files";

function faultOf(source: string): AppError {
  try {
    parseAgentFile(source, "helper.md");
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the file was taken");
}

describe("an agent file", () => {
  it("an agent file accepts lists with commas or as YAML, and defaults for absent fields", () => {
    expect(parseAgentFile(file(good), "helper.md")).toMatchObject({
      tools: ["list_files", "read_files"],
      model: "balanced",
      keywords: [],
    });
    const listed = good.replace("list_files, read_files", "[check]");
    expect(parseAgentFile(file(`${listed}\nkeywords:\n  - one\n  - two\nmodel: deep`), "helper.md")).toMatchObject({
      tools: ["check"],
      keywords: ["one", "two"],
      model: "deep",
      prompt: "You help.",
    });
  });

  it.each([
    ["no front matter", "You help.", "", 1],
    ["YAML that is none", file("name: [helper"), "", 2],
    ["a name with spaces", file(good.replace("helper", "my helper")), "/name", 2],
    ["a model tier there is not", file(`${good}\nmodel: huge`), "/model", 6],
    ["no description", file(good.replace("description: Helps.\n", "")), "/description", 1],
    ["an example that is none", file(`${good}\nexamples:\n  - one\n  - [two]`), "/examples/1", 8],
    ["no prompt", file(good, "  "), "/prompt", 6],
  ])("an invalid agent file is refused with its name, the field and the line: %s", (_what, source, pointer, line) => {
    const fault = faultOf(source);
    expect(fault.code).toBe("invalid_agent");
    expect(fault.detail).toContain("helper.md");
    expect(fault.errors).toContainEqual(expect.objectContaining({ pointer, line, code: "invalid_agent" }));
  });

  it("an agent file of another coding assistant is accepted", () => {
    const source = file(
      "name: code-reviewer\ndescription: Reviews.\ntools: Read, Grep, Glob, Bash\nmodel: sonnet\ncolor: blue",
    );
    expect(parseAgentFile(source, "code-reviewer.md")).toMatchObject({
      title: "Code reviewer",
      tools: ["list_files", "read_files", "search_files"],
      model: "balanced",
    });
    const least = parseAgentFile(file("name: helper\ndescription: Helps.\nmodel: inherit"), "helper.md");
    expect(least).toMatchObject({ title: "Helper", tools: toolNames, model: "balanced" });
    expect(parseAgentFile(file("name: h\ndescription: H.\nmodel: opus"), "h.md").model).toBe("deep");
  });

  it("an invalid agent file is refused by line, field and value, in one sentence each", () => {
    const saidOf = (source: string) => faultOf(source).errors?.map(({ detail }) => detail);
    expect(saidOf(file(good.replace("helper", "My Helper")))).toEqual([
      "Line 2: name “My Helper” must match /^[a-z][a-z0-9-]{0,62}$/.",
    ]);
    expect(saidOf(file(`${good}\nmodel: gpt-9`))).toEqual(["Line 6: model “gpt-9” is not a known model."]);
    expect(saidOf(file(`${good}\nexamples:\n  - one\n  - [two]`))).toEqual([
      'Line 8: examples[1] “["two"]” must be a text.',
    ]);
    expect(saidOf(file("name: helper"))).toEqual(["Line 1: description is missing."]);
    expect(saidOf(file("name: helper\ntools: [Read\ndescription: Helps."))).toEqual([
      expect.stringMatching(/^Line \d: “.+” is not valid YAML: [^:]*[^.:]\.$/),
    ]);
    expect(saidOf(file("description: Helps.\nname: [helper"))).toEqual([
      "Line 3: “name: [helper” is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
    ]);
    expect(saidOf(file(good.replace("title: Helper", 'title: "One\\nTwo"')))).toEqual([
      expect.stringContaining("Line 3: title “One\nTwo” contains a line break"),
    ]);
  });

  it.each([
    'Use this agent when: code was written. It says "done".',
    '"Quoted" and then some',
    "Use it for <example>user: 'fix it' -> assistant: \"I will\"</example>",
    "*Always* use this one",
    "[beta] reviews code",
    "{curly} words: and more",
    "@mentions and `code`: both",
    "100",
  ])("an agent file's description may be invalid YAML: %s", (description) => {
    const source = file(`name: helper\ndescription: ${description}\nmodel: haiku`);
    expect(parseAgentFile(source, "helper.md")).toMatchObject({ description, model: "fast" });
    expect(faultOf(source.replace("haiku", "huge")).errors).toMatchObject([{ pointer: "/model", line: 4 }]);
  });

  it("an agent file's description may continue in the lines below it", () => {
    const source = file("name: helper\ndescription: Use it when: asked\n  user: fix it\nmodel: huge");
    expect(faultOf(source).errors).toMatchObject([{ pointer: "/model", line: 5 }]);
    expect(parseAgentFile(source.replace("huge", "opus"), "h.md").description).toBe("Use it when: asked user: fix it");
    const folded = file("name: helper\ndescription: >-\n  Use it\n  when asked: always");
    expect(parseAgentFile(folded, "h.md").description).toBe("Use it when asked: always");
  });

  it("an agent file may have unknown keys and tools", () => {
    const more = [
      "disallowedTools: Write",
      "maxTurns: 5",
      "memory: user",
      "permissionMode: plan",
      "skills: [a, b]",
      "hooks:\n  PreToolUse:\n    - matcher: Bash",
      "color: red",
      "argument-hint: [path] what: to do",
    ].join("\n");
    const agent = parseAgentFile(file(`name: helper\ndescription: Helps.\n${more}`), "helper.md");
    expect(Object.keys(agent).sort()).toEqual(
      ["description", "examples", "keywords", "model", "name", "prompt", "title", "tools"].sort(),
    );
    const tools = (text: string) => parseAgentFile(file(`name: helper\ndescription: H.\ntools:${text}`), "h.md").tools;
    expect(tools(" Read, mcp__github__search, Bash, rm_rf")).toEqual(["read_files"]);
    expect(tools(" Bash")).toEqual([]);
    expect(tools(" []")).toEqual([]);
    for (const all of ["", ' ""', ' "*"', " *", '\n  - "*"']) expect(tools(all), all).toEqual(toolNames);
  });

  it.each([
    ["haiku", "fast"],
    ["Sonnet", "balanced"],
    ["sonnet[1m]", "balanced"],
    ["inherit", "balanced"],
    ["", "balanced"],
    ["claude-3-5-haiku-20241022", "fast"],
    ["claude-sonnet-4-5", "balanced"],
    ["claude-opus-4-1-20250805", "deep"],
    ["anthropic/claude-opus-4.1", "deep"],
    ["us.anthropic.claude-3-5-haiku-20241022-v1:0", "fast"],
  ])("an agent file may name its model as %j", (model, tier) => {
    expect(parseAgentFile(file(`${good}\nmodel: ${model}`), "helper.md").model).toBe(tier);
  });

  it("a built-in agent's file is refused with unknown keys, tools or models", () => {
    for (const slip of [`${good}, rm_rf`, `${good}\npermissions: all`]) {
      parseAgentFile(file(slip), "helper.md");
      expect(() => parseAgentFile(file(slip), "prompts/helper.md", true)).toThrow("invalid_agent");
    }
  });

  it("an agent file's YAML aliases are not expanded", () => {
    const bomb = "keywords: &a [x, x]\nexamples: [*a, *a]";
    expect(faultOf(file(`${good}\n${bomb}`)).detail).toContain("alias");
    // In an unknown key an alias is plain text.
    parseAgentFile(file(`${good}\na: &a [x, x]\nb: [*a, *a]`), "helper.md");
  });
});
