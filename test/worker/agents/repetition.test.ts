import { describe, expect, it } from "vitest";
import { runOf } from "./run.ts";
import { type Answer, call, scriptedModel } from "./scripted-model.ts";

const files = { "a.txt": "a\n", "b.txt": "b\n" };
const edit = (path: string, find: string) => call("edit_file", { path, edits: [{ find, replace: "x" }] });
const failing = edit("a.txt", "not in the file");
const otherFailing = edit("b.txt", "nor here");
const read = (path = "a.txt") => call("read_files", { paths: [path] });
const write = (content: string) => call("write_files", { files: [{ path: "a.txt", content }] });
const cut: Answer = { calls: [write("")], stop: "max_tokens", cutCall: true };

/**
 * Repeats turns, forty at most.
 * @returns how the run ended and after how many turns
 */
async function play(...turns: Answer[]) {
  const model = scriptedModel(Array.from({ length: 40 }, (_, at) => turns[at % turns.length] ?? {}));
  const outcome = await runOf(model, { files, budget: { steps: 39 } }).go();
  return { outcome, steps: model.asked.length };
}

describe("a run that repeats itself", () => {
  it.each<[string, number, ...Answer[]]>([
    ["sends the very same call, which fails each time in the same words", 3, { calls: [failing] }],
    ["sends a failing call between calls that only read", 6, { calls: [failing] }, { calls: [read()] }],
    ["sends two failing calls in turn", 5, { calls: [failing] }, { calls: [otherFailing] }],
    ["calls a tool that there is not", 3, { calls: [call("run_shell", { command: "ls" })] }],
    ["sends what no tool takes", 3, { calls: [call("write_files", { files: 7 })] }],
    ["is cut off inside a call each time, whichever it is", 3, cut],
    ["is cut off inside a call, and reads in between", 6, cut, { calls: [read()] }],
    ["is cut off in the middle of a text each time", 5, { say: "And then", stop: "max_tokens" }],
    ["reads the same again and again", 5, { calls: [read()] }],
    ["lists and reads the same again and again", 9, { calls: [read()] }, { calls: [call("list_files")] }],
    [
      "asks the app for the same page again and again",
      5,
      { calls: [call("request_preview", { method: "GET", path: "/" })] },
    ],
    ["writes the same and the same before it again and again", 9, { calls: [write("1")] }, { calls: [write("2")] }],
  ])("a run ends with repeated_error when it %s", async (_what, most, ...turns) => {
    const { outcome, steps } = await play(...turns);
    expect(outcome).toMatchObject({ status: "failed", error: { code: "repeated_error" } });
    expect(steps).toBeLessThanOrEqual(most + 1);
    expect(steps).toBeGreaterThan(2);
  });

  it("a run that repeats a failure between changes ends too, after more tries", async () => {
    const turns = Array.from({ length: 20 }, (_, at) => [{ calls: [failing] }, { calls: [write(`a ${at}`)] }]).flat();
    const model = scriptedModel(turns);
    const outcome = await runOf(model, { files, budget: { steps: 39 } }).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "repeated_error" } });
    expect(model.asked.length).toBeGreaterThan(8);
  });

  it.each<[string, (at: number) => ReturnType<typeof call>]>([
    ["a tool that there is not", (at) => call("run_shell", { command: `ls ${at}` })],
    ["what the tool does not take", (at) => call("write_files", { file: `${at}.txt`, text: "x" })],
    ["an edit that fits nothing in the file", (at) => edit("a.txt", `§§§§ ${at}`)],
  ])(
    "a run ends with repeated_error when a tool fails with the same message for any input: %s",
    async (_what, sent) => {
      const { outcome, steps } = await play(...Array.from({ length: 40 }, (_, at) => ({ calls: [sent(at)] })));
      expect(outcome).toMatchObject({ error: { code: "repeated_error", detail: expect.stringContaining("8 times") } });
      expect(steps).toBe(8);
    },
  );

  it("a run's repeated_error says what was repeated", async () => {
    expect((await play({ calls: [failing] })).outcome).toMatchObject({
      error: { detail: expect.stringContaining("edit_file failed 3 times") },
    });
    expect((await play(cut)).outcome).toMatchObject({ error: { detail: expect.stringContaining("output limit") } });
  });
});

describe("a run that makes progress", () => {
  it("a run may read the same file after each change, and retry a request after each repair", async () => {
    const rounds = Array.from({ length: 5 }, (_, at) => [
      { calls: [write(`round ${at}`)] },
      { calls: [read(), failing] },
    ]);
    const model = scriptedModel([...rounds.flat(), { say: "Done." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
  });

  it("a run may send a failing call several times in one turn", async () => {
    const model = scriptedModel([{ calls: [failing, failing, failing, failing] }, { say: "I see." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
  });

  it("a run may fail with different edits while others succeed in between", async () => {
    const rounds = Array.from({ length: 12 }, (_, at) => [
      { calls: [edit("a.txt", `§§§§ ${at}`)] },
      ...(at % 4 === 3 ? [{ calls: [write(`a ${at}`)] }, { calls: [edit("a.txt", `a ${at}`)] }] : []),
    ]);
    const model = scriptedModel([...rounds.flat(), { say: "Done." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
  });

  it("a run may continue after two truncated answers", async () => {
    const model = scriptedModel([cut, cut, { calls: [write("short")] }, { say: "Done." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
  });
});
