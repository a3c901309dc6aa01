import { describe, expect, it } from "vitest";
import { messageContentOf } from "../../../worker/agents/index.ts";
import { runOf } from "./run.ts";
import { call, scriptedModel } from "./scripted-model.ts";

const write = (path: string, content: string) => call("write_files", { files: [{ path, content }] });

describe("a run", () => {
  it("a run completes when the model has nothing more to do, and emits every event in order", async () => {
    const run = runOf([{ say: "I write.", calls: [write("a.txt", "one")] }, { say: "Done." }]);
    const outcome = await run.go();
    expect(outcome.status).toBe("completed");
    expect(run.types()).toEqual([
      ...["step.started", "text.delta", "text.done", "tool.started", "tool.delta", "usage.updated", "tool.done"],
      ...["revision.created", "step.started", "text.delta", "text.done", "usage.updated"],
    ]);
    expect(run.workspace.content("a.txt")).toBe("one");
    expect(outcome.usage).toMatchObject({
      inputTokens: 200,
      outputTokens: 100,
      cacheReadTokens: 20,
      cacheWriteTokens: 10,
    });
  });

  it("a run sends the model its own turns and every result, the prompt first", async () => {
    const model = scriptedModel([
      { calls: [call("list_files"), call("read_files", { paths: ["a.txt"] })] },
      { say: "Done." },
    ]);
    await runOf(model, { files: { "a.txt": "one" } }).go();
    expect(model.asked[1]?.messages).toMatchObject([
      { role: "user", content: [{ type: "text", text: "Make an app" }] },
      { role: "assistant", content: [{ type: "tool_use" }, { type: "tool_use" }] },
      {
        role: "user",
        content: [
          { type: "tool_result", toolUseId: "toolu_1_0", isError: false },
          { type: "tool_result", toolUseId: "toolu_1_1", content: expect.stringContaining("one") },
        ],
      },
    ]);
  });

  it("a run works on the rest of a turn when the turn's first event has reached the viewers", async () => {
    const meanwhile: string[][] = [];
    const run = runOf([
      { say: "I write.", calls: [write("a.txt", "one")] },
      { calls: [call("list_files")] },
      { say: "Done." },
    ]);
    await run.go({
      async delivered() {
        const from = run.types().length - 1;
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        meanwhile.push(run.types().slice(from));
      },
    });
    expect(meanwhile).toEqual([["text.delta"], ["tool.started"], ["text.delta"]]);
  });

  it("a run executes the calls of one turn in order", async () => {
    const run = runOf([
      { calls: [write("a.txt", "one"), write("a.txt", "two"), call("delete_files", { paths: ["a.txt"] })] },
      { say: "Done." },
    ]);
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.batches.map(({ opId }) => opId)).toEqual(["op_run_1_1_0", "op_run_1_1_1", "op_run_1_1_2"]);
    expect(run.workspace.content("a.txt")).toBeUndefined();
  });

  it("Plan and ask mode offer no tool that changes anything, whatever the agent", async () => {
    for (const mode of ["plan", "ask"] as const) {
      const model = scriptedModel([{ say: "A plan." }]);
      await runOf(model, { mode }).go();
      const offered = model.asked[0]?.tools.map(({ name }) => name);
      expect(offered).toEqual([
        "list_files",
        "read_files",
        "search_files",
        "check",
        "read_logs",
        "package_info",
        "list_access",
        "ask_user",
      ]);
      expect(model.asked[0]?.system.own).toContain("Nothing is changed in this run");
    }
  });

  it("a call of a tool that was not offered is refused", async () => {
    const run = runOf([{ calls: [write("a.txt", "one")] }, {}], { agent: "explainer" });
    await run.go();
    expect(run.workspace.content("a.txt")).toBeUndefined();
    expect(run.journal.steps()[0]?.results.get(0)).toMatchObject({
      isError: true,
      content: expect.stringContaining("no tool"),
    });
  });

  it("an invalid tool input is reported to the model, and the run continues", async () => {
    const run = runOf([{ calls: [call("write_files", { files: "all" })] }, { say: "Sorry." }]);
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.steps()[0]?.results.get(0)?.content).toMatch(/not valid, nothing was done.*files:/);
  });

  it("a run waits for an answer, and continues with it", async () => {
    const ask = call("ask_user", { question: "Which colour?", options: ["red", "blue"] });
    const model = scriptedModel([{ calls: [ask, write("a.txt", "x")] }, { say: "Blue it is." }]);
    const run = runOf(model);
    const waiting = await run.go();
    expect(waiting).toMatchObject({
      status: "waiting",
      question: "Which colour?",
      options: ["red", "blue"],
      step: 1,
      place: 0,
    });
    expect(run.types()).toContain("input.requested");
    if (waiting.status !== "waiting") throw new Error("not waiting");
    const { answerQuestion } = await import("../../../worker/agents/index.ts");
    await answerQuestion(waiting, "blue", { journal: run.journal, emit: run.journal.emit });
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.content("a.txt")).toBe("x");
    expect(JSON.stringify(model.asked[1]?.messages)).toContain("blue");
  });

  it("a run ends with model_refused when the model refuses", async () => {
    const outcome = await runOf([{ stop: "refusal" }]).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "model_refused" } });
  });

  it("a run continues after a pause of the model", async () => {
    const outcome = await runOf([{ say: "One moment.", stop: "pause_turn" }, { say: "Done." }]).go();
    expect(outcome.status).toBe("completed");
  });

  it("A call that was truncated at the output limit is not executed, and the model gets an error", async () => {
    const calls = [write("a.txt", "whole"), write("b.txt", "cut")];
    const run = runOf([{ calls, stop: "max_tokens", cutCall: true }, { say: "Smaller." }]);
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.content("a.txt")).toBe("whole");
    expect(run.workspace.content("b.txt")).toBeUndefined();
    expect(run.journal.steps()[0]?.results.get(1)).toMatchObject({
      isError: true,
      content: expect.stringContaining("cut off"),
    });
  });

  it("a run requests the rest of a truncated text", async () => {
    const model = scriptedModel([{ say: "Half of", stop: "max_tokens" }, { say: " it." }]);
    expect((await runOf(model).go()).status).toBe("completed");
    expect(model.asked[1]?.messages.at(-1)).toMatchObject({ role: "user", content: [{ type: "text" }] });
  });

  it("messageContentOf converts a run's answer to the project's conversation", async () => {
    const run = runOf([{ say: "I write.", calls: [write("a.txt", "one")] }, { say: "Done." }]);
    await run.go();
    expect(messageContentOf(run.journal.steps())).toMatchObject([
      { type: "text", text: "I write." },
      { type: "tool", name: "write_files", isError: false },
      { type: "text", text: "Done." },
    ]);
  });
});
