import { describe, expect, it } from "vitest";
import { messageContentOf } from "../../../worker/agents/index.ts";
import type { PreviewLog } from "../../../worker/contract/index.ts";
import { AppError } from "../../../worker/errors.ts";
import { runOf } from "./run.ts";
import { type Answer, call, scriptedModel } from "./scripted-model.ts";

const write = (content: string) => call("write_files", { files: [{ path: "src/main.ts", content }] });
const line = (message: string, level: PreviewLog["level"] = "error"): PreviewLog => ({
  at: "2026-11-28T00:00:00.000Z",
  level,
  source: "browser",
  message,
});

function runWith(answers: Answer[], lines: PreviewLog[]) {
  const model = scriptedModel(answers);
  const run = runOf(model);
  run.workspace.lines = lines;
  return { ...run, asked: model.asked };
}

const lastTexts = ({ asked }: ReturnType<typeof runWith>): string[] =>
  asked.map(
    ({ messages }) =>
      messages
        .at(-1)
        ?.content.map((block) => ("text" in block ? block.text : ""))
        .join("") ?? "",
  );

describe("errors that pages report while a run works", () => {
  it("An error that the model has not seen keeps the run from ending and reaches the model as data", async () => {
    const run = runWith(
      [{ calls: [write("1")] }, { say: "Done." }, { say: "It is not mine." }],
      [line("Uncaught Error: no")],
    );
    expect((await run.go()).status).toBe("completed");
    expect(lastTexts(run)[2]).toMatch(
      /^While you worked, pages [\s\S]*<data-(\w+)>\n\{"level":"error","message":"Uncaught Error: no"\}\n<\/data-\1>$/,
    );
    expect(run.types().filter((type) => type === "tool.done")).toHaveLength(2);
    expect(messageContentOf(run.journal.steps())).toMatchObject([
      { type: "tool", name: "write_files" },
      { type: "text", text: "Done." },
      { type: "tool", name: "page_errors", isError: true },
      { type: "text", text: "It is not mine." },
    ]);
  });

  it("A run continues at most three times because of errors, and then ends with the remaining errors", async () => {
    const repairs = ["1", "2", "3", "4"].flatMap((content) => [{ calls: [write(content)] }, { say: "Repaired." }]);
    const run = runWith(repairs, [line("Uncaught Error: no")]);
    expect((await run.go()).status).toBe("completed");
    expect(run.asked).toHaveLength(8);
    expect(lastTexts(run).filter((text) => text.startsWith("While you worked"))).toHaveLength(3);
    expect(messageContentOf(run.journal.steps()).at(-1)).toMatchObject({
      name: "page_errors",
      input: { repairs: 3 },
      result: 'The page still reports errors after 3 repairs:\n{"level":"error","message":"Uncaught Error: no"}',
    });
  });

  it.each([
    ["warnings", [{ calls: [write("1")] }, { say: "Done." }], [line("careful", "warn")]],
    ["errors without a change by the run", [{ say: "Done." }], [line("Uncaught Error: no")]],
    [
      "errors that a check has shown",
      [{ calls: [write("1"), call("check")] }, { say: "Done." }],
      [line("Uncaught Error: no")],
    ],
  ] satisfies [string, Answer[], PreviewLog[]][])("A run ends in spite of %s", async (_name, answers, lines) => {
    const run = runWith(answers, lines);
    expect((await run.go()).status).toBe("completed");
    expect(run.asked).toHaveLength(answers.length);
  });

  it("A run ends when the preview's log cannot be read", async () => {
    const run = runWith([{ calls: [write("1")] }, { say: "Done." }], []);
    run.workspace.browserErrors = () => Promise.reject(new AppError("dependency_down", "The preview does not answer."));
    expect((await run.go()).status).toBe("completed");
  });

  it("A run that dies after it stored the errors continues with them, and stores them once", async () => {
    const run = runWith(
      [{ calls: [write("1")] }, { say: "Done." }, { say: "It is not mine." }],
      [line("Uncaught Error: no")],
    );
    run.journal.crashAt = { point: "after result", step: 2, place: 0 };
    await run.go();
    run.journal.revive();
    expect((await run.go()).status).toBe("completed");
    expect(run.asked).toHaveLength(3);
  });
});
