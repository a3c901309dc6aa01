import { describe, expect, it } from "vitest";
import { tools } from "../../../worker/agents/tools/index.ts";
import { MemoryWorkspace } from "./memory-workspace.ts";

async function use(name: string, input: unknown) {
  const workspace = new MemoryWorkspace({ "a.txt": "one\ntwo\n", "b.txt": "b" });
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const result = await tool.run(input, {
    workspace,
    opId: "op_1",
    again: false,
    fence: "f00d",
    views: 0,
    baseOf: () => workspace.revision,
  });
  return { ...result, workspace };
}

const edits = [{ find: "one", replace: "1" }];
const files = [{ path: "n.txt", content: "new" }];

describe("the repair of a tool's input", () => {
  it.each([
    ["write_files", { files: JSON.stringify(files) }],
    ["write_files", { files: JSON.stringify(JSON.stringify(files)) }],
    ["write_files", { files: files.map((file) => JSON.stringify(file)) }],
    ["write_files", { files: files[0] }],
    ["write_files", { files, message: null }],
    ["write_files", { files: JSON.stringify(files), message: null }],
    ["read_files", { paths: "a.txt" }],
    ["read_files", { paths: '["a.txt"]' }],
    ["read_files", { paths: ["a.txt"], offset: "1", limit: null }],
    ["delete_files", { paths: "a.txt" }],
    ["edit_file", { path: "a.txt", edits: JSON.stringify(edits) }],
    ["edit_file", { path: "a.txt", edits: JSON.stringify(edits[0]) }],
    ["edit_file", { path: "a.txt", edits: edits[0] }],
    ["search_files", { query: "one", regex: "true" }],
    ["search_files", { query: "one", regex: null }],
    ["request_preview", { method: "GET", path: "/", headers: '{"accept":"text/html"}', body: null }],
    ["request_preview", { method: "GET", path: "/", headers: null }],
    ["request_preview", { method: "POST", path: "/", body: { a: 1 } }],
    ["request_preview", { method: "POST", path: "/", body: [1] }],
    ["write_files", { files: [{ path: "package.json", content: { name: "x" } }] }],
    ["write_files", { files: JSON.stringify([{ path: "data.json", content: [1] }]) }],
    ["ask_user", { question: "Which?", options: '["red","blue"]' }],
    ["ask_user", { question: "Which?", options: null }],
  ])("repairInput repairs an input with one possible meaning: %s %j", async (name, input) => {
    expect(await use(name, input)).not.toHaveProperty("isError", true);
  });

  it("write_files writes a repaired input as it was meant", async () => {
    const { workspace } = await use("write_files", { files: JSON.stringify(files), message: null });
    expect(workspace.content("n.txt")).toBe("new");
  });

  it("write_files writes an object as the text of a JSON file", async () => {
    const { workspace } = await use("write_files", { files: [{ path: "package.json", content: { name: "x" } }] });
    expect(workspace.content("package.json")).toBe('{\n  "name": "x"\n}\n');
  });

  it.each([
    ["write_files", { files: "no JSON" }],
    ["write_files", { files: "{}" }],
    ["write_files", { files: null }],
    ["write_files", { files: JSON.stringify([{ path: "n.txt", content: null }]) }],
    ["write_files", { files: [{ path: "n.txt", content: { a: 1 } }] }],
    ["write_files", { files: [{ path: "n.json", content: 7 }] }],
    ["write_files", { files, surprise: true }],
    ["edit_file", { path: null, edits }],
    ["edit_file", { path: ["a.txt"], edits }],
    ["read_files", { paths: 7 }],
    ["read_files", { paths: {} }],
    ["search_files", { query: "one", regex: "perhaps" }],
    ["ask_user", { question: "Which?", options: "red" }],
  ])("repairInput does not guess an ambiguous input: %s %j", async (name, input) => {
    const { content, workspace } = await use(name, input);
    expect(content).toContain(`The input of ${name} is not valid`);
    expect(workspace.batches).toEqual([]);
  });
});
