import { describe, expect, it, vi } from "vitest";
import type { ModelRequest } from "../../../worker/agents/index.ts";
import { AppError } from "../../../worker/errors.ts";
import { runOf } from "./run.ts";
import { call, scriptedModel } from "./scripted-model.ts";

const write = (content: string) => call("write_files", { files: [{ path: "a.txt", content }] });
const list = { calls: [call("list_files")] };

describe("a run's limits", () => {
  it("a run ends with budget_exceeded at its last step", async () => {
    const model = scriptedModel([list, list, list]);
    const outcome = await runOf(model, { budget: { steps: 2 } }).go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "budget_exceeded", detail: expect.stringContaining("2 steps") },
    });
    expect(model.asked).toHaveLength(2);
  });

  it("a run with a budget of one step ends after it", async () => {
    const outcome = await runOf(scriptedModel([list, list]), { budget: { steps: 1 } }).go();
    expect(outcome).toMatchObject({ error: { detail: "Reached the limit of 1 step." } });
  });

  it("a run requests no completion without tokens for it", async () => {
    const model = scriptedModel([list]);
    const outcome = await runOf(model, { budget: { tokens: 500 } }).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "budget_exceeded" } });
    expect(model.asked).toHaveLength(0);
  });

  it("a run limits an answer to the rest of its budget", async () => {
    const model = scriptedModel([{ say: "Done." }]);
    await runOf(model, { budget: { tokens: 12_000 } }).go();
    expect(model.asked[0]?.maxTokens).toBeLessThan(9_000);
    expect(model.asked[0]?.maxTokens).toBeGreaterThan(255);
  });

  it("a run ends before it exceeds its budget in money", async () => {
    const model = scriptedModel([list, list], "claude-opus-4-5");
    const outcome = await runOf(model, { budget: { microUsd: 10_000 } }).go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "budget_exceeded", detail: expect.stringContaining("$") },
    });
  });

  it("a run ends when the same check fails three times with the same errors, wherever they have moved", async () => {
    const model = scriptedModel([1, 2, 3, 4].map((round) => ({ calls: [write(`${round}`), call("check")] })));
    const run = runOf(model);
    let line = 0;
    run.workspace.check = async () => [
      { path: "a.ts", line: ++line, column: 1, severity: "error", message: "No such name." },
    ];
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "repeated_error" } });
    expect(model.asked).toHaveLength(3);
  });

  it("a run continues while the errors of its checks change", async () => {
    const model = scriptedModel([...[1, 2, 3, 4].map(() => ({ calls: [call("check")] })), { say: "Done." }]);
    const run = runOf(model);
    let round = 0;
    run.workspace.check = async () => [
      { path: "a.ts", line: 1, column: 1, severity: "error", message: `Fault ${++round}.` },
    ];
    expect((await run.go()).status).toBe("completed");
  });
});

describe("a model that fails", () => {
  it("a broken stream is retried; its events are void, and its cost counts", async () => {
    const run = runOf([{ fail: "cut", after: "Half" }, { say: "Whole." }]);
    const outcome = await run.go();
    expect(outcome.status).toBe("completed");
    expect(run.types().slice(0, 5)).toEqual([
      "step.started",
      "text.delta",
      "step.retried",
      "usage.updated",
      "step.started",
    ]);
    expect(run.journal.log[2]).toEqual({ type: "step.retried", step: 1, reason: "cut", fromSeq: 1 });
    expect(outcome.usage.inputTokens).toBe(200);
  });

  it("A run fails after five attempts at a failing model", async () => {
    const model = scriptedModel(Array.from({ length: 6 }, () => ({ fail: "overloaded" as const })));
    const outcome = await runOf(model).go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_overloaded" },
      usage: { inputTokens: 500 },
    });
    expect(model.asked).toHaveLength(5);
  });

  it.each([
    ["invalid", "model_failed"],
    ["auth", "model_not_configured"],
    ["unknown_model", "model_not_configured"],
  ] as const)("a model failure that a retry cannot help is not retried: %s", async (fail, code) => {
    const model = scriptedModel([{ fail }]);
    expect(await runOf(model).go()).toMatchObject({ status: "failed", error: { code } });
    expect(model.asked).toHaveLength(1);
  });

  it("a run shortens a conversation that does not fit, and ends by name when that is not enough", async () => {
    const long = { calls: [call("read_files", { paths: ["big.txt"] })] };
    const files = { "big.txt": "x".repeat(5_000) };
    const model = scriptedModel([long, long, long, { fail: "context_overflow" }, { say: "Done." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
    const size = (place: number) => JSON.stringify(model.asked[place]?.messages).length;
    expect(size(4)).toBeLessThan(size(3) - 4_000);
    const hopeless = scriptedModel([1, 2, 3].map(() => ({ fail: "context_overflow" as const })));
    const outcome = await runOf(hopeless).go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: expect.stringContaining("context") },
    });
  });
});

describe("an image of an earlier prompt that the model refuses", () => {
  const image = { mediaType: "image/png" as const, data: "iVBORw0KGgo=" };
  const message = {
    id: "msg_1",
    runId: "run_0",
    role: "user" as const,
    agent: null,
    content: [
      { type: "image" as const, mediaType: image.mediaType, bytes: 8 },
      { type: "text" as const, text: "Like this" },
    ],
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  const earlier = { history: [message], earlierImages: new Map([[message.id, [image]]]) };
  const imagesIn = ({ messages }: ModelRequest) =>
    messages.flatMap(({ content }) => content.filter(({ type }) => type === "image")).length;

  it.each(["invalid", "unknown_model"] as const)(
    "a refused image of an earlier prompt is replaced by its name, and the run continues: %s",
    async (fail) => {
      const model = scriptedModel([{ fail }, { say: "Done." }]);
      expect((await runOf(model, earlier).go()).status).toBe("completed");
      expect(model.asked.map(imagesIn)).toEqual([1, 0]);
      expect(JSON.stringify(model.asked[1]?.messages)).toContain("[image: an image/png was sent here");
    },
  );

  it("a run ends when a request is refused without earlier images too, or because of the prompt's own", async () => {
    const hopeless = scriptedModel([{ fail: "invalid" }, { fail: "invalid" }]);
    expect((await runOf(hopeless, earlier).go()).status).toBe("failed");
    const own = scriptedModel([{ fail: "invalid" }]);
    expect((await runOf(own, { images: [image] }).go()).status).toBe("failed");
  });
});

describe("a cancelled run", () => {
  it("a cancelled run stops in the middle of an answer and keeps its text", async () => {
    const run = runOf([{ hang: true, after: "So far" }]);
    const going = run.go();
    await vi.waitUntil(() => run.journal.log.some(({ type }) => type === "text.delta"));
    run.stop.abort();
    // The model's answer never ends by itself.
    expect((await going).status).toBe("cancelled");
    expect(run.journal.steps()[0]?.turn).toMatchObject({ stopReason: "cancelled", content: [{ text: "So far" }] });
    expect(run.journal.log.at(-1)).toMatchObject({ type: "text.done", text: "So far" });
  });

  it("a cancelled run does not wait for a tool that only reads", async () => {
    const run = runOf([{ calls: [call("request_preview", { method: "GET", path: "/" })] }]);
    const asked = Promise.withResolvers<void>();
    run.workspace.request = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const going = run.go();
    await asked.promise;
    run.stop.abort();
    expect((await going).status).toBe("cancelled");
  });

  it("A run abandons a tool that does not return, and reports that to the model", async () => {
    const run = runOf([{ calls: [call("check")] }, { say: "I could not check." }], { toolMs: 20 });
    run.workspace.check = () => new Promise(() => undefined);
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.steps()[0]?.results.get(0)).toMatchObject({
      isError: true,
      content: expect.stringContaining("did not answer"),
    });
  });

  it("a run that was cancelled before it began makes no request", async () => {
    const model = scriptedModel([{ say: "Done." }]);
    const run = runOf(model);
    run.stop.abort();
    expect((await run.go()).status).toBe("cancelled");
    expect(model.asked).toHaveLength(0);
  });
});

describe("a failing dependency", () => {
  const down = () => new AppError("dependency_down", "The database is down.");

  it("a batch is retried under the same id while a dependency is briefly down", async () => {
    const run = runOf([{ calls: [write("one")] }, { say: "Done." }]);
    run.workspace.faults = [down(), new AppError("outcome_unknown", "No answer.")];
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.content("a.txt")).toBe("one");
  });

  it("a run ends by name when a dependency stays down", async () => {
    const run = runOf([{ calls: [write("one")] }]);
    run.workspace.faults = Array.from({ length: 9 }, down);
    expect(await run.go()).toMatchObject({ status: "failed", error: { code: "dependency_down" } });
  });

  it("a run's error does not contain the exception", async () => {
    const run = runOf([{ calls: [call("list_files")] }]);
    let first = true;
    const { listFiles } = run.workspace;
    run.workspace.listFiles = async () => {
      if (!first) throw new Error("password=hunter2");
      first = false;
      return listFiles.call(run.workspace);
    };
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "internal" }, cause: expect.any(Error) });
    expect(JSON.stringify([outcome, run.journal.log])).not.toContain("hunter2");
  });
});
