import { describe, expect, it } from "vitest";
import { builtIn } from "../../../worker/agents/index.ts";
import { tools, toolsFor } from "../../../worker/agents/tools/index.ts";
import { runOf } from "./run.ts";
import { call, scriptedModel } from "./scripted-model.ts";

const changing = [
  call("write_files", { files: [{ path: "a.txt", content: "mine" }] }),
  call("edit_file", { path: "a.txt", edits: [{ find: "theirs", replace: "mine" }] }),
  call("move_file", { from: "a.txt", to: "b.txt" }),
  call("delete_files", { paths: ["a.txt"] }),
  call("request_preview", { method: "DELETE", path: "/api/all" }),
  call("Write_Files", { files: [{ path: "a.txt", content: "mine" }] }),
  call("constructor"),
];

describe.each(["plan", "ask"] as const)("in %s mode", (mode) => {
  it("Plan and ask mode offer only tools that change nothing", async () => {
    const model = scriptedModel([{ say: "Here is a plan." }]);
    await runOf(model, { mode }).go();
    const offered = model.asked[0]?.tools.map(({ name }) => name) ?? [];
    expect(offered.length).toBeGreaterThan(2);
    for (const name of offered) expect(tools.find((tool) => tool.name === name)?.effect).toBe("reads");
  });

  it.each(builtIn.list().map(({ name }) => name))("Plan and ask mode give no agent more: %s", (name) => {
    for (const tool of toolsFor(builtIn.get(name).tools, mode)) expect(tool.effect).toBe("reads");
  });

  it("Plan and ask mode refuse a call of a tool that was not offered", async () => {
    const run = runOf(scriptedModel([{ calls: changing }, { say: "I cannot." }]), {
      mode,
      files: { "a.txt": "theirs" },
    });
    let requests = 0;
    run.workspace.request = async () => {
      requests++;
      return { status: 200, headers: { "content-type": "text/plain" }, body: "", truncated: false };
    };
    expect((await run.go()).status).toBe("completed");
    const results = [...(run.journal.steps()[0]?.results.values() ?? [])];
    expect(results).toHaveLength(changing.length);
    for (const result of results) {
      expect(result).toMatchObject({ isError: true, content: expect.stringContaining("There is no tool") });
    }
    expect([run.workspace.batches, run.workspace.revision, requests]).toEqual([[], 1, 0]);
  });

  it("Plan and ask mode refuse the call after a crash, too", async () => {
    const run = runOf(scriptedModel([{ calls: changing }, { say: "I cannot." }]), {
      mode,
      files: { "a.txt": "theirs" },
    });
    run.journal.crashAt = { point: "after assistant", step: 1 };
    await run.go();
    run.journal.revive();
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.batches).toEqual([]);
  });
});

describe("a model that pauses", () => {
  it("a paused model is asked to continue, and its calls are executed", async () => {
    const model = scriptedModel([
      { say: "Half", stop: "pause_turn" },
      { say: "With a call", calls: [call("list_files")], stop: "pause_turn" },
      { say: "Whole." },
    ]);
    expect((await runOf(model).go()).status).toBe("completed");
    expect(JSON.stringify(model.asked[1]?.messages.at(-1))).toContain("You paused");
    expect(model.asked[2]?.messages.at(-1)?.content[0]).toMatchObject({ type: "tool_result" });
  });

  it("a model that pauses forever ends at its budget of steps", async () => {
    const model = scriptedModel(Array.from({ length: 9 }, () => ({ say: "Hm", stop: "pause_turn" as const })));
    const outcome = await runOf(model, { budget: { steps: 4 } }).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "budget_exceeded" } });
    expect(model.asked).toHaveLength(4);
  });
});
