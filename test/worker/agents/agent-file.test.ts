import { describe, expect, it } from "vitest";
import { parseAgentFile } from "../../../worker/agents/index.ts";
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
    ["no front matter", "You help.", ""],
    ["YAML that is none", file("name: [helper"), ""],
    ["a name with spaces", file(good.replace("helper", "my helper")), "/name"],
    ["a tool there is not", file(`${good}, rm_rf`), "/tools/2"],
    ["a model tier there is not", file(`${good}\nmodel: huge`), "/model"],
    ["an unknown field", file(`${good}\npermissions: all`), "/"],
    ["no title", file(good.replace("title: Helper\n", "")), "/title"],
    ["no prompt", file(good, "  "), "/prompt"],
  ])("is refused with its name and the field: %s", (_what, source, pointer) => {
    const fault = faultOf(source);
    expect(fault.code).toBe("invalid_agent");
    expect(fault.detail).toContain("helper.md");
    expect(fault.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it("does not unfold aliases", () => {
    const bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]";
    expect(faultOf(file(`${good}\n${bomb}`)).detail).toContain("alias");
  });
});
