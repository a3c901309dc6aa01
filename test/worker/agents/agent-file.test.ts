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

describe("an agent's file", () => {
  it("takes lists with commas and as YAML, and fills in what may be left out", () => {
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
    ["a tool there is not", file(`${good}, rm_rf`), "/tools/2", 5],
    ["a model tier there is not", file(`${good}\nmodel: huge`), "/model", 6],
    ["an unknown field", file(`${good}\npermissions: all`), "/permissions", 6],
    ["no description", file(good.replace("description: Helps.\n", "")), "/description", 1],
    ["an example that is none", file(`${good}\nexamples:\n  - one\n  - [two]`), "/examples/1", 8],
    ["no prompt", file(good, "  "), "/prompt", 6],
  ])("is refused with its name, the field and the line: %s", (_what, source, pointer, line) => {
    const fault = faultOf(source);
    expect(fault.code).toBe("invalid_agent");
    expect(fault.detail).toContain("helper.md");
    expect(fault.errors).toContainEqual(expect.objectContaining({ pointer, line, code: "invalid_agent" }));
  });

  it("may be one that another coding assistant wrote", () => {
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

  it("does not unfold aliases", () => {
    const bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]";
    expect(faultOf(file(`${good}\n${bomb}`)).detail).toContain("alias");
  });
});
