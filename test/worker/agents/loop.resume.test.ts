import { describe, expect, it } from "vitest";
import { addUsage, noUsage } from "../../../worker/contract/index.ts";
import { runOf } from "./run.ts";
import { call, scriptedModel } from "./scripted-model.ts";

const write = (path: string, content: string) => call("write_files", { files: [{ path, content }] });

const script = () =>
  scriptedModel([
    {
      say: "Two files.",
      calls: [write("a.txt", "one"), call("edit_file", { path: "b.txt", edits: [{ find: "old", replace: "new" }] })],
    },
    { say: "Checked.", calls: [call("check")] },
    { say: "Done." },
  ]);

const points = [
  { point: "after assistant", step: 1 },
  { point: "before result", step: 1, place: 0 },
  { point: "after result", step: 1, place: 0 },
  { point: "before result", step: 1, place: 1 },
  { point: "after result", step: 1, place: 1 },
  { point: "after assistant", step: 2 },
  { point: "before result", step: 2, place: 0 },
  { point: "after assistant", step: 3 },
] as const;

describe("a run whose process died", () => {
  it.each(points)(
    "a resumed run requests nothing that is stored: $point, step $step, place $place",
    async (crashAt) => {
      const model = script();
      const run = runOf(model, { files: { "b.txt": "old" } });
      run.journal.crashAt = crashAt;
      expect((await run.go()).status).toBe("failed");
      run.journal.revive();
      const outcome = await run.go();
      expect(outcome.status).toBe("completed");
      expect(model.asked).toHaveLength(3);
      expect(run.workspace.batches.map(({ opId }) => opId)).toEqual(["op_run_1_1_0", "op_run_1_1_1"]);
      expect(run.workspace.content("b.txt")).toBe("new");
      expect(run.journal.steps().map(({ results }) => [...results.values()].map(({ isError }) => isError))).toEqual([
        [false, false],
        [false],
        [],
      ]);
      expect(outcome.usage.inputTokens).toBe(300);
    },
  );

  it("a resumed run voids the broken step and repeats it", async () => {
    const model = scriptedModel([{ say: "Lost." }, { say: "Again." }]);
    const run = runOf(model);
    run.journal.crashAt = { point: "before assistant", step: 1 };
    await run.go();
    run.journal.revive();
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.log).toContainEqual({ type: "step.retried", step: 1, reason: "interrupted", fromSeq: 1 });
    expect(run.types().filter((type) => type === "step.started")).toHaveLength(2);
  });

  it("a resumed run that had ended does nothing more", async () => {
    const model = scriptedModel([{ say: "Done." }]);
    const run = runOf(model);
    await run.go();
    const before = run.journal.log.length;
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.log).toHaveLength(before);
  });

  it("a resumed run keeps its base revisions: a person's change in between is not overwritten", async () => {
    const model = scriptedModel([
      { calls: [call("read_files", { paths: ["a.txt"] })] },
      { calls: [write("a.txt", "mine")] },
      { say: "Done." },
    ]);
    const run = runOf(model, { files: { "a.txt": "one" } });
    run.journal.crashAt = { point: "after assistant", step: 2 };
    await run.go();
    run.workspace.byHand("a.txt", "theirs");
    run.journal.revive();
    await run.go();
    expect(run.workspace.content("a.txt")).toBe("theirs");
    expect(run.journal.steps()[1]?.results.get(0)).toMatchObject({
      isError: true,
      content: expect.stringContaining("Read the files again"),
    });
  });
});

describe("the usage of calls whose process died", () => {
  const lost = { ...noUsage, inputTokens: 900, outputTokens: 500, microUsd: 10_200 };

  it("the usage of lost calls is counted with the next turn, once", async () => {
    const run = runOf([{ say: "Whole." }]);
    run.journal.lost = lost;
    const outcome = await run.go();
    const alone = await runOf([{ say: "Whole." }]).go();
    expect(outcome.usage).toEqual(addUsage(alone.usage, lost));
    expect(run.journal.steps().at(-1)?.turn.usage).toEqual(outcome.usage);
  });

  it("the usage of lost calls counts against the run's budget", async () => {
    const run = runOf([{ say: "Whole." }], { budget: { tokens: 1_450 } });
    run.journal.lost = lost;
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "budget_exceeded" }, usage: lost });
  });
});
