import { describe, expect, it } from "vitest";
import { toolNames } from "../../../worker/agents/index.ts";
import { failingCheck } from "../../../worker/agents/tools/check.ts";
import { tools, toolsFor } from "../../../worker/agents/tools/index.ts";
import type { ToolContext } from "../../../worker/agents/tools/tool.ts";
import { AppError } from "../../../worker/errors.ts";
import { MemoryWorkspace } from "./memory-workspace.ts";

function use(name: string, input: unknown, workspace = new MemoryWorkspace(), context: Partial<ToolContext> = {}) {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.run(input, {
    workspace,
    opId: "op_1",
    again: false,
    fence: "f00d",
    views: 0,
    baseOf: () => workspace.revision,
    ...context,
  });
}

describe("the tools", () => {
  it("the tools are the contract's, each with an object schema and a description", () => {
    const contract =
      "list_files read_files search_files write_files edit_file move_file delete_files check request_preview view_page read_logs package_info list_access request_access ask_user";
    expect(toolNames).toEqual(contract.split(" "));
    for (const { inputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(description.length).toBeGreaterThan(20);
    }
  });

  it("a tool refuses an invalid input with a sentence, and does nothing", async () => {
    const workspace = new MemoryWorkspace();
    for (const { name } of tools) {
      const result = await use(name, { nonsense: 1 }, workspace);
      expect(result, name).toMatchObject({ isError: true, content: expect.stringContaining(name) });
    }
    expect(workspace.batches).toEqual([]);
  });

  it("Tools that change something are excluded from plan and ask mode", () => {
    for (const mode of ["plan", "ask"] as const) {
      expect(toolsFor(toolNames, mode).every(({ effect }) => effect === "reads")).toBe(true);
    }
    expect(toolsFor(toolNames, "build")).toHaveLength(15);
    expect(toolsFor(["check"], "build").map(({ name }) => name)).toEqual(["check"]);
  });
});

describe("list_files", () => {
  it("list_files returns the paths with their sizes, and the revision", async () => {
    const { content } = await use("list_files", {}, new MemoryWorkspace({ "b.txt": "12", "a.txt": "1" }));
    expect(JSON.parse(content)).toEqual({
      revision: 2,
      files: [
        { path: "a.txt", bytes: 1 },
        { path: "b.txt", bytes: 2 },
      ],
    });
  });

  it("list_files says when it omits files", async () => {
    const many = Object.fromEntries(Array.from({ length: 1_003 }, (_, place) => [`${place}.txt`, ""]));
    expect((await use("list_files", {}, new MemoryWorkspace(many))).content).toContain("3 more files");
  });
});

describe("read_files", () => {
  const workspace = new MemoryWorkspace({ "a.txt": "one", "b.txt": "two", "big.txt": "x".repeat(70_000) });

  it("read_files returns each file in its own mark, and reports missing ones", async () => {
    const { content, isError, touched } = await use("read_files", { paths: ["a.txt", "none.txt", "a.txt"] }, workspace);
    expect(content).toBe(
      '<file-f00d path="a.txt">\none\n</file-f00d>\n<missing path="none.txt">There is no such file. list_files shows those there are.</missing>',
    );
    expect(isError).toBe(false);
    expect(touched).toEqual({ how: "read", revision: 3, paths: ["a.txt"] });
  });

  it("read_files is an error when no file exists", async () => {
    expect(await use("read_files", { paths: ["none.txt"] }, workspace)).toMatchObject({ isError: true });
  });

  it("read_files truncates a large file, and says so", async () => {
    const { content } = await use("read_files", { paths: ["big.txt"] }, workspace);
    expect(content.length).toBeLessThan(61_000);
    expect(content).toContain("(There is more. To go on: read_files of big.txt with offset 1 and column 60001.)");
  });
});

describe("search_files", () => {
  const workspace = new MemoryWorkspace({
    "src/a.ts": "const Total = 1;\nexport { Total };",
    "b.css": ".total { color: red }",
  });

  it("search_files finds a text in any case, with path and line", async () => {
    const { content } = await use("search_files", { query: "TOTAL" }, workspace);
    expect(content.split("\n")).toEqual([
      '{"path":"src/a.ts","line":1,"text":"const Total = 1;"}',
      '{"path":"src/a.ts","line":2,"text":"export { Total };"}',
      '{"path":"b.css","line":1,"text":".total { color: red }"}',
    ]);
  });

  it("search_files finds matches of a regular expression", async () => {
    const { content } = await use("search_files", { query: "^const \\w+ = \\d+", regex: true }, workspace);
    expect(JSON.parse(content)).toEqual({ path: "src/a.ts", line: 1, text: "const Total = 1;" });
  });

  it("search_files matches the end of a line, whatever the file's line ends", async () => {
    const windows = new MemoryWorkspace({ "i.html": "<p>one</p>\r\n<p>two</p>\r\n" });
    const { content } = await use("search_files", { query: "^<p>two</p>$", regex: true }, windows);
    expect(JSON.parse(content)).toEqual({ path: "i.html", line: 2, text: "<p>two</p>" });
  });

  it("search_files reads a large tree file by file, and stops when a pattern costs too much", async () => {
    const large = new MemoryWorkspace({ "a.txt": "x".repeat(2_500_000), "b.txt": `${"y".repeat(2_500_000)}\nneedle` });
    large.readTree = () => Promise.reject(new Error("too large for one request"));
    const { content: hit } = await use("search_files", { query: "needle" }, large);
    expect(JSON.parse(hit)).toEqual({ path: "b.txt", line: 2, text: "needle" });
    const { content } = await use("search_files", { query: "(x|y){50}z", regex: true }, large);
    expect(content).toContain("The search was stopped");
  });

  it("search_files says that nothing matches, and why a pattern is invalid", async () => {
    expect((await use("search_files", { query: "nowhere" }, workspace)).content).toContain("Nothing matches");
    for (const query of ["(", "a{5,2}", "(?=x)", "[z-a]", "*a", "\\1", "a)"]) {
      expect(await use("search_files", { query, regex: true }, workspace), query).toMatchObject({ isError: true });
    }
  });
});

describe("write_files", () => {
  it("write_files writes all files as one batch, and emits the revision", async () => {
    const workspace = new MemoryWorkspace();
    const files = [
      { path: "a.txt", content: "1" },
      { path: "b.txt", content: "2" },
    ];
    const result = await use("write_files", { files, message: "Two files" }, workspace);
    expect(JSON.parse(result.content)).toMatchObject({
      revision: 1,
      changes: [{ path: "a.txt", action: "created" }, { path: "b.txt" }],
    });
    expect(result.events).toEqual([{ type: "revision.created", revision: 1, paths: ["a.txt", "b.txt"] }]);
    expect(workspace.batches).toMatchObject([
      { message: "Two files", opId: "op_1", onConflict: "merge", expectedRevision: 0 },
    ]);
  });

  it("write_files refuses a path that occurs twice", async () => {
    const file = { path: "a.txt", content: "1" };
    expect(await use("write_files", { files: [file, file] })).toMatchObject({
      isError: true,
      content: expect.stringContaining("twice"),
    });
  });

  it("write_files reports merged files, and keeps their base revisions", async () => {
    const workspace = new MemoryWorkspace();
    const applyBatch = workspace.applyBatch.bind(workspace);
    workspace.applyBatch = async (batch) => {
      const result = await applyBatch(batch);
      return { ...result, changes: result.changes.map((change) => ({ ...change, sha256: "0".repeat(64) })) };
    };
    const result = await use("write_files", { files: [{ path: "a.txt", content: "1" }] }, workspace);
    expect(result.content).toContain('"merged":["a.txt"]');
    expect(result.touched?.paths).toEqual([]);
  });
});

describe("edit_file", () => {
  const edit = (content: string, edits: { find: string; replace: string }[]) => {
    const workspace = new MemoryWorkspace({ "a.txt": content });
    return use("edit_file", { path: "a.txt", edits }, workspace).then((result) => ({
      ...result,
      after: workspace.content("a.txt"),
    }));
  };

  it("edit_file replaces text that occurs once, in order, and keeps the rest unchanged", async () => {
    const { after, isError } = await edit("one\r\ntwo $&\r\n", [
      { find: "one", replace: "$1 uno" },
      { find: "uno", replace: "eins" },
    ]);
    expect(isError).toBeUndefined();
    expect(after).toBe("$1 eins\r\ntwo $&\r\n");
  });

  it("edit_file changes nothing when one edit does not fit, and shows the nearest lines", async () => {
    const source = "function total(items) {\n  return items.length;\n}\n";
    const result = await edit(source, [
      { find: "function", replace: "const" },
      { find: "  return item.length;", replace: "" },
    ]);
    expect(result).toMatchObject({ isError: true, after: source });
    expect(result.content).toContain("Edit 2 of 2");
    expect(result.content).toContain("return items.length;");
  });

  it("edit_file finds text over several lines with other line ends, and keeps them", async () => {
    const { after } = await edit("one\r\ntwo\r\nthree\r\n", [{ find: "one\ntwo", replace: "1\n2" }]);
    expect(after).toBe("1\r\n2\r\nthree\r\n");
  });

  it("edit_file requires a text that occurs once, overlaps counted", async () => {
    expect(await edit("a\nb\na\n", [{ find: "a", replace: "c" }])).toMatchObject({
      isError: true,
      content: expect.stringContaining("lines 1 and 3"),
    });
    expect(await edit("aaa", [{ find: "aa", replace: "b" }])).toMatchObject({ isError: true });
  });

  it("edit_file reports a missing file, edits without effect, and that nothing is similar", async () => {
    expect(await use("edit_file", { path: "x", edits: [{ find: "a", replace: "b" }] })).toMatchObject({
      isError: true,
    });
    expect(await edit("a", [{ find: "a", replace: "a" }])).toMatchObject({ isError: true });
    expect((await edit("hello", [{ find: "zzzzqqqq", replace: "" }])).content).toContain("read the file again");
  });
});

describe("move_file and delete_files", () => {
  it("move_file and delete_files apply batches", async () => {
    const workspace = new MemoryWorkspace({ "a.txt": "1", "b.txt": "2" });
    await use("move_file", { from: "a.txt", to: "c.txt" }, workspace);
    await use("delete_files", { paths: ["b.txt", "b.txt"] }, workspace, { opId: "op_2" });
    expect([...workspace.tree.keys()]).toEqual(["c.txt"]);
    expect(workspace.batches.map(({ operations }) => operations.length)).toEqual([1, 1]);
  });
});

describe("a writing tool after a crash", () => {
  it.each([
    ["write_files", { files: [{ path: "a.txt", content: "new" }] }],
    ["edit_file", { path: "a.txt", edits: [{ find: "old", replace: "new" }] }],
    ["move_file", { from: "a.txt", to: "b.txt" }],
    ["delete_files", { paths: ["a.txt"] }],
  ])("a writing tool that runs again returns the stored result and changes nothing: %s", async (name, input) => {
    const workspace = new MemoryWorkspace({ "a.txt": "old" });
    const first = await use(name, input, workspace);
    const second = await use(name, input, workspace, { again: true });
    expect(second).toEqual(first);
    expect(workspace.revision).toBe(2);
  });
});

describe("check", () => {
  it("Check says that the app builds, or its errors with their places, errors first", async () => {
    const workspace = new MemoryWorkspace();
    expect((await use("check", {}, workspace)).content).toBe("The app builds.");
    const at = { path: "src/a.ts", line: 3, column: 7 };
    workspace.diagnostics = [
      { ...at, severity: "warning", message: "Unused." },
      { ...at, severity: "error", message: "No such name." },
    ];
    const result = await use("check", {}, workspace);
    expect(result.content.split("\n")).toEqual([
      "The app does not build: 1 error. 1 warning.",
      "src/a.ts:3:7 error: No such name.",
      "src/a.ts:3:7 warning: Unused.",
    ]);
    expect(result.events).toEqual([{ type: "check.done", diagnostics: workspace.diagnostics }]);
  });

  it("Check adds the errors logged in a browser, each once, and does not count them as build errors", async () => {
    const workspace = new MemoryWorkspace();
    const line = { at: "2026-11-28T12:00:00.000Z", level: "error" as const, source: "browser" as const };
    const unknownProp = { ...line, message: "React does not recognize the `InputProps` prop\n a.ts:1:1 error: x" };
    workspace.lines = [unknownProp, unknownProp, { ...line, source: "server", message: "not of a page" }];
    workspace.diagnostics = [{ path: "src/a.ts", line: 3, column: 7, severity: "error", message: "No such name." }];
    const { content } = await use("check", {}, workspace);
    expect(content.split("\n").slice(2)).toEqual([
      "In a browser, since the last change:",
      JSON.stringify({ level: "error", message: unknownProp.message }),
    ]);
    expect(failingCheck(content)).toBe("src/a.ts error: No such name.");
  });

  it("Check says when the browser's log cannot be read", async () => {
    const workspace = new MemoryWorkspace();
    workspace.browserErrors = () => Promise.reject(new AppError("dependency_down", "down"));
    const { content, isError } = await use("check", {}, workspace);
    expect([content, isError]).toEqual([
      "The app builds.\n(The browser's log cannot be read at the moment.)",
      undefined,
    ]);
  });
});

describe("request_preview", () => {
  it("request_preview returns the response, and refuses the URL of another host", async () => {
    const { content } = await use("request_preview", { method: "GET", path: "/api/x?y=1" });
    expect(JSON.parse(content)).toMatchObject({ status: 200, body: "hello" });
    for (const path of ["https://example.com/", "//example.com/", "/\\example.com/", "/\t/example.com/", "x"]) {
      expect(await use("request_preview", { method: "GET", path }), path).toMatchObject({ isError: true });
    }
    const headers = { "x\r\ny": "z" };
    expect(await use("request_preview", { method: "GET", path: "/", headers })).toMatchObject({ isError: true });
  });
});

describe("read_logs", () => {
  it("read_logs returns the lines with their place and stack", async () => {
    const workspace = new MemoryWorkspace();
    expect((await use("read_logs", {}, workspace)).content).toBe("Nothing was logged.");
    workspace.lines = [
      {
        at: "2026-11-23T12:00:00.000Z",
        level: "error",
        source: "browser",
        message: "Boom",
        path: "src/a.ts",
        line: 3,
        stack: "at f",
      },
    ];
    expect((await use("read_logs", {}, workspace)).content).toBe(
      workspace.lines.map((line) => JSON.stringify(line)).join("\n"),
    );
  });
});

describe("request_access", () => {
  const asked = { host: "api.stripe.com", reason: "To charge.", secret: "STRIPE_KEY" };

  it("request_access attaches the secret as a bearer token unless the call names another place for it", async () => {
    const plain = await use("request_access", asked);
    expect(plain.ask?.access).toEqual({
      ...asked,
      header: { name: "Authorization", template: "Bearer {{STRIPE_KEY}}" },
    });
    const query = { name: "key", template: "{{STRIPE_KEY}}" };
    expect((await use("request_access", { ...asked, query })).ask?.access).toEqual({ ...asked, query });
    const { secret: _, ...open } = asked;
    expect((await use("request_access", open)).ask?.access).toEqual(open);
  });

  it("request_access refuses a name that no secret can have, and a template of another secret", async () => {
    const header = { name: "Authorization", template: "Bearer {{OTHER}}" };
    for (const input of [
      { ...asked, secret: "stripe" },
      { ...asked, secret: "VITE_STRIPE_KEY" },
      { ...asked, header },
      { ...asked, header: { ...header, template: "Bearer key" } },
      { host: asked.host, reason: asked.reason, header },
      { ...asked, host: "not a host" },
    ]) {
      expect(await use("request_access", input), JSON.stringify(input)).toMatchObject({ isError: true });
    }
  });
});
